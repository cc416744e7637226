-- Packs as published, and which tenant uses which. Written by the owner only; every service reads.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE TABLE control.packs (
    name         text        NOT NULL,
    version      text        NOT NULL,
    document     json        NOT NULL,   -- not jsonb: the order of arguments, reads and checks has a meaning
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version)
);

CREATE TABLE control.tenants (
    id          text        PRIMARY KEY,
    pack        text        NOT NULL,
    version     text        NOT NULL,
    rows_status text        NOT NULL DEFAULT 'none' CHECK (rows_status IN ('none', 'loaded', 'copied', 'absent')),
    rows_detail text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    switched_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (pack, version) REFERENCES control.packs (name, version)
);

CREATE INDEX tenants_by_pack ON control.tenants (pack, version);

GRANT USAGE ON SCHEMA control
    TO careline_gateway, careline_classifier, careline_retrieval, careline_executor, careline_verifier, careline_insight;
GRANT SELECT ON control.packs, control.tenants
    TO careline_gateway, careline_classifier, careline_retrieval, careline_executor, careline_verifier, careline_insight;
