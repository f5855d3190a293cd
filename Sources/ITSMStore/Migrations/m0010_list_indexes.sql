-- An index for each list that queues show, so that a page is read from it whatever its values are.

-- PostgreSQL takes no order from an index for `assignee_id IS NULL`, so what nobody has taken yet stands by itself.
DROP INDEX tickets_active_assignee;
CREATE INDEX tickets_active_assignee ON tickets (assignee_id, created_at DESC, id DESC)
    WHERE status_category IN ('open', 'pending') AND assignee_id IS NOT NULL;
CREATE INDEX tickets_unassigned ON tickets (created_at DESC, id DESC) WHERE status_category IN ('open', 'pending') AND assignee_id IS NULL;
CREATE INDEX tickets_major ON tickets (created_at DESC, id DESC) WHERE major;
