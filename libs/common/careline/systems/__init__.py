"""Other systems that operations call: business systems with an HTTP API, servers of tools (MCP).

settings   where a system is, its secret: from the environment   http      one call over HTTP, bounded in every way
values     typed values as they are sent                         tools     one call of a tool
outgoing   a call made ready: path, query, headers, body; pure   verdicts  what an answer means; pure
answers    what came back, and the values in it                  directory the systems of the published packs

Nothing of the HTTP and MCP libraries is imported before the first call.
"""
