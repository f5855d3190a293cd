-- A standby may take over while servers run: whoever connects to it first begins the feed's next epoch, with the rights of the tables' owner.

-- Whether this is the cluster, and the timeline, that the newest epoch began on: not restored elsewhere, not promoted.
CREATE FUNCTION feed_epoch_is_current() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT (here.system_identifier, here.timeline) IN (
        SELECT e.system_identifier, e.timeline FROM feed_epochs e ORDER BY e.epoch DESC LIMIT 1)
    FROM (
        -- pg_control_checkpoint() tells a new timeline only after its first checkpoint, the name of the current WAL file at once.
        SELECT system_identifier,
            greatest(timeline_id, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer) AS timeline
        FROM pg_control_system(), pg_control_checkpoint()) AS here
$$;

-- Begins an epoch if the newest one is not of this cluster. True if it did; false also where another session was faster.
CREATE FUNCTION begin_feed_epoch() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    begun smallint;
BEGIN
    PERFORM pg_advisory_xact_lock(5283648293510477155);
    IF feed_epoch_is_current() THEN
        RETURN false;
    END IF;
    INSERT INTO feed_epochs (epoch, system_identifier, timeline)
    SELECT coalesce(current_feed_epoch(), 0) + 1, system_identifier,
        greatest(timeline_id, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer)
    FROM pg_control_system(), pg_control_checkpoint()
    RETURNING epoch INTO begun;
    EXECUTE format('ALTER TABLE activity ALTER COLUMN epoch SET DEFAULT %s', begun);
    RETURN true;
END
$$;
