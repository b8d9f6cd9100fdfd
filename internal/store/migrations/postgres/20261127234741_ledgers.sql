-- +goose Up
-- modify "attempts" table
ALTER TABLE "attempts" ADD COLUMN "ledger" text NULL;
-- modify "turns" table
ALTER TABLE "turns" ADD COLUMN "ledger" text NULL;

-- +goose Down
-- reverse: modify "turns" table
ALTER TABLE "turns" DROP COLUMN "ledger";
-- reverse: modify "attempts" table
ALTER TABLE "attempts" DROP COLUMN "ledger";
