-- +goose Up
-- modify "attempts" table
ALTER TABLE "attempts" ADD COLUMN "stance_holds" boolean NULL, ADD COLUMN "stance_invents" boolean NULL;
-- modify "conversations" table
ALTER TABLE "conversations" ADD COLUMN "summary" text NOT NULL DEFAULT '', ADD COLUMN "summary_through" bigint NOT NULL DEFAULT 0;
-- modify "turns" table
ALTER TABLE "turns" ADD COLUMN "stance_holds" boolean NULL, ADD COLUMN "stance_invents" boolean NULL;

-- +goose Down
-- reverse: modify "turns" table
ALTER TABLE "turns" DROP COLUMN "stance_invents", DROP COLUMN "stance_holds";
-- reverse: modify "conversations" table
ALTER TABLE "conversations" DROP COLUMN "summary_through", DROP COLUMN "summary";
-- reverse: modify "attempts" table
ALTER TABLE "attempts" DROP COLUMN "stance_invents", DROP COLUMN "stance_holds";
