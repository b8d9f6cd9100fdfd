-- +goose Up
-- modify "attempts" table
ALTER TABLE "attempts" ADD COLUMN "kind" character varying NOT NULL DEFAULT '';
-- modify "turns" table
ALTER TABLE "turns" ADD COLUMN "kind" character varying NOT NULL DEFAULT '';

-- +goose Down
-- reverse: modify "turns" table
ALTER TABLE "turns" DROP COLUMN "kind";
-- reverse: modify "attempts" table
ALTER TABLE "attempts" DROP COLUMN "kind";
