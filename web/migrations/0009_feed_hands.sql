-- The feed: what a worker took and lost is told from what failed, products that change while they are judged have their own age, and
-- what is watched is found without reading whole tables.

-- Workers that took it and did not come to an end with it.
ALTER TABLE feed_changes ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
-- When the first change was accepted that came after the one that was in hand: where that one is settled, the product waits since then.
ALTER TABLE feed_changes ADD COLUMN revised_ms BIGINT NOT NULL DEFAULT 0;
UPDATE feed_changes SET revised_ms = accepted_ms;

CREATE INDEX feed_changes_in_hand ON feed_changes (tenant, due_ms) WHERE worker <> '';
CREATE INDEX feed_changes_accepted ON feed_changes (tenant, accepted_ms);
CREATE INDEX outbox_created ON outbox (tenant, receiver, created_ms);
