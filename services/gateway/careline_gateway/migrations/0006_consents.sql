-- What customers said to the use of their words for training: every choice with its time and the version of the wording that
-- it was an answer to. The newest holds. `customer` is who was known then; null: nobody, the choice is the conversation's.

CREATE TABLE gateway.consents (
    number       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant       text        NOT NULL,
    conversation text        NOT NULL,
    customer     text,
    given        boolean     NOT NULL,
    wording      text        NOT NULL,
    language     text        NOT NULL,
    at           timestamptz NOT NULL
);
CREATE INDEX consents_of_conversation ON gateway.consents (tenant, conversation);
CREATE INDEX consents_of_customer ON gateway.consents (tenant, customer) WHERE customer IS NOT NULL;
GRANT SELECT, INSERT ON gateway.consents TO careline_gateway;
