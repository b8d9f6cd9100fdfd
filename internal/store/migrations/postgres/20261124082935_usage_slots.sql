-- +goose Up
-- drop index "usage_owner_key_day" from table: "usages"
DROP INDEX "usage_owner_key_day";
-- modify "usages" table
ALTER TABLE "usages" ADD COLUMN "slot" bigint NOT NULL DEFAULT 0;
-- create index "usage_owner_key_day_slot" to table: "usages"
CREATE UNIQUE INDEX "usage_owner_key_day_slot" ON "usages" ("owner_key", "day", "slot");

-- +goose Down
-- reverse: create index "usage_owner_key_day_slot" to table: "usages"
DROP INDEX "usage_owner_key_day_slot";
-- reverse: modify "usages" table
ALTER TABLE "usages" DROP COLUMN "slot";
-- reverse: drop index "usage_owner_key_day" from table: "usages"
CREATE UNIQUE INDEX "usage_owner_key_day" ON "usages" ("owner_key", "day");
