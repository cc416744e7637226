-- How a version was indexed. The service makes a version anew that was indexed in another way than it searches.
ALTER TABLE knowledge.versions ADD COLUMN scheme integer NOT NULL DEFAULT 1;
