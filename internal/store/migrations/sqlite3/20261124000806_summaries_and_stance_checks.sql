-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- add column "stance_holds" to table: "attempts"
ALTER TABLE `attempts` ADD COLUMN `stance_holds` bool NULL;
-- add column "stance_invents" to table: "attempts"
ALTER TABLE `attempts` ADD COLUMN `stance_invents` bool NULL;
-- create "new_conversations" table
CREATE TABLE `new_conversations` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `topic` text NOT NULL DEFAULT (''), `stance` text NOT NULL DEFAULT (''), `title` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT (''), `difficulty` text NOT NULL DEFAULT (''), `turn_count` integer NOT NULL DEFAULT (0), `revision` integer NOT NULL DEFAULT (0), `created_at` integer NOT NULL, `updated_at` integer NOT NULL, `summary` text NOT NULL DEFAULT (''), `summary_through` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- copy rows from old table "conversations" to new temporary table "new_conversations"
INSERT INTO `new_conversations` (`id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `turn_count`, `revision`, `created_at`, `updated_at`) SELECT `id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `turn_count`, `revision`, `created_at`, `updated_at` FROM `conversations`;
-- drop "conversations" table after copying rows
DROP TABLE `conversations`;
-- rename temporary table "new_conversations" to "conversations"
ALTER TABLE `new_conversations` RENAME TO `conversations`;
-- create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
CREATE INDEX `conversation_owner_key_owner_user_updated_at_id` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC);
-- add column "stance_holds" to table: "turns"
ALTER TABLE `turns` ADD COLUMN `stance_holds` bool NULL;
-- add column "stance_invents" to table: "turns"
ALTER TABLE `turns` ADD COLUMN `stance_invents` bool NULL;
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: add column "stance_invents" to table: "turns"
ALTER TABLE `turns` DROP COLUMN `stance_invents`;
-- reverse: add column "stance_holds" to table: "turns"
ALTER TABLE `turns` DROP COLUMN `stance_holds`;
-- reverse: create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
DROP INDEX `conversation_owner_key_owner_user_updated_at_id`;
-- reverse: create "new_conversations" table
DROP TABLE `new_conversations`;
-- reverse: add column "stance_invents" to table: "attempts"
ALTER TABLE `attempts` DROP COLUMN `stance_invents`;
-- reverse: add column "stance_holds" to table: "attempts"
ALTER TABLE `attempts` DROP COLUMN `stance_holds`;
