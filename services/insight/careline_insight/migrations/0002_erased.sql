-- What arrives late of an erased conversation is not logged again. Runs as the owner: insight itself reads no tombstone.
CREATE FUNCTION insight.skip_erased() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT FROM privacy.erased_conversations e
               WHERE e.tenant = split_part(NEW.tenant, '~', 1) AND e.conversation = NEW.conversation) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER skip_erased BEFORE INSERT ON insight.turn_log FOR EACH ROW EXECUTE FUNCTION insight.skip_erased();
