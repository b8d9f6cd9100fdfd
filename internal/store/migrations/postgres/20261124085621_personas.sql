-- +goose Up
-- modify "conversations" table
ALTER TABLE "conversations" ADD COLUMN "persona" text NOT NULL DEFAULT '';

-- +goose Down
-- reverse: modify "conversations" table
ALTER TABLE "conversations" DROP COLUMN "persona";
