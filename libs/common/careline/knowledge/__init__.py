"""Documents of a guide (HTML, PDF, DOCX, FAQ tables) read into sections, whatever state they are in.

`reader.DocumentReader` is the way in. The parsers run in a process of their own, with bounded time and memory; no
service imports this room.
"""
