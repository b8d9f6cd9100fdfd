-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_conversations" table
CREATE TABLE `new_conversations` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `topic` text NOT NULL DEFAULT (''), `stance` text NOT NULL DEFAULT (''), `title` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT (''), `difficulty` text NOT NULL DEFAULT (''), `persona` text NOT NULL DEFAULT (''), `turn_count` integer NOT NULL DEFAULT (0), `revision` integer NOT NULL DEFAULT (0), `created_at` integer NOT NULL, `updated_at` integer NOT NULL, `summary` text NOT NULL DEFAULT (''), `summary_through` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- copy rows from old table "conversations" to new temporary table "new_conversations"
INSERT INTO `new_conversations` (`id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through`) SELECT `id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through` FROM `conversations`;
-- drop "conversations" table after copying rows
DROP TABLE `conversations`;
-- rename temporary table "new_conversations" to "conversations"
ALTER TABLE `new_conversations` RENAME TO `conversations`;
-- create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
CREATE INDEX `conversation_owner_key_owner_user_updated_at_id` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
DROP INDEX `conversation_owner_key_owner_user_updated_at_id`;
-- reverse: create "new_conversations" table
DROP TABLE `new_conversations`;
