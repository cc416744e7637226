-- The guide as it is searched: passages of each published pack version, their vectors, and an inverted index.
CREATE SCHEMA IF NOT EXISTS knowledge;
CREATE EXTENSION IF NOT EXISTS vector;

-- A version is searched only once it is complete; the one before stays until then.
CREATE TABLE knowledge.versions (
    pack     text        NOT NULL,
    version  text        NOT NULL,
    complete timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pack, version)
);

CREATE TABLE knowledge.passages (
    pack     text NOT NULL,
    version  text NOT NULL,
    language text NOT NULL,
    id       text NOT NULL,
    document text NOT NULL,
    title    text NOT NULL,
    question text NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (pack, version, language, id)
);

-- Every way a passage may be asked for, and every sentence of it: a vector each. `digest` tells what need not be embedded again.
CREATE TABLE knowledge.variants (
    pack      text        NOT NULL,
    version   text        NOT NULL,
    language  text        NOT NULL,
    passage   text        NOT NULL,
    digest    text        NOT NULL,
    embedding vector(384) NOT NULL
);
CREATE INDEX variants_of_version ON knowledge.variants (pack, version, language);

-- BM25 weights, computed when a version is made: the score of a passage is the sum over the words asked for.
CREATE TABLE knowledge.terms (
    pack     text NOT NULL,
    version  text NOT NULL,
    language text NOT NULL,
    term     text NOT NULL,
    passage  text NOT NULL,
    weight   real NOT NULL
);
CREATE INDEX terms_by_term ON knowledge.terms (pack, version, language, term);

GRANT USAGE ON SCHEMA knowledge TO careline_retrieval;
GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA knowledge TO careline_retrieval;
