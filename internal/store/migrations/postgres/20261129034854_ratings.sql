-- +goose Up
-- modify "attempts" table
ALTER TABLE "attempts" ADD COLUMN "rating" character varying NULL;
-- modify "turns" table
ALTER TABLE "turns" ADD COLUMN "rating" character varying NULL;

-- +goose Down
-- reverse: modify "turns" table
ALTER TABLE "turns" DROP COLUMN "rating";
-- reverse: modify "attempts" table
ALTER TABLE "attempts" DROP COLUMN "rating";
