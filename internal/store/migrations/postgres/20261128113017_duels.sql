-- +goose Up
-- modify "conversations" table
ALTER TABLE "conversations" ADD COLUMN "duel_user" text NOT NULL DEFAULT '', ADD COLUMN "duel_bot" text NOT NULL DEFAULT '';

-- +goose Down
-- reverse: modify "conversations" table
ALTER TABLE "conversations" DROP COLUMN "duel_bot", DROP COLUMN "duel_user";
