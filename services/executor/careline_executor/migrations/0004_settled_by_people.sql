-- Who of the people settled an outcome that nobody knew, why, and what the customer is told: for outcomes of source 'human'.

ALTER TABLE ledger.outcomes
    ADD COLUMN actor text,
    ADD COLUMN why   text,  -- the person's words; sealed under the customer's key where there are keys
    ADD COLUMN told  text,
    ADD CONSTRAINT people_say_who_and_why CHECK (source <> 'human' OR (actor IS NOT NULL AND why IS NOT NULL)) NOT VALID;

-- An undo by a call to another system: the entry that it takes back.
ALTER TABLE ledger.intents ADD COLUMN undoes uuid;
