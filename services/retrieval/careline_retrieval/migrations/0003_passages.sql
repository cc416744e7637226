-- Passages are read from the published pack: a copy here could only differ from it.
DROP TABLE knowledge.passages;
