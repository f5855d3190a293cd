-- What nobody has taken yet, in the order in which queues show it: the most urgent first.
CREATE INDEX tickets_unassigned_priority ON tickets (priority, created_at DESC, id DESC)
    WHERE status_category IN ('open', 'pending') AND assignee_id IS NULL;
