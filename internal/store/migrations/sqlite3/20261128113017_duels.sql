-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_conversations" table
CREATE TABLE `new_conversations` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `topic` text NOT NULL DEFAULT (''), `stance` text NOT NULL DEFAULT (''), `title` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT (''), `difficulty` text NOT NULL DEFAULT (''), `persona` text NOT NULL DEFAULT (''), `turn_count` integer NOT NULL DEFAULT (0), `revision` integer NOT NULL DEFAULT (0), `created_at` integer NOT NULL, `updated_at` integer NOT NULL, `summary` text NOT NULL DEFAULT (''), `summary_through` integer NOT NULL DEFAULT (0), `format` text NOT NULL DEFAULT (''), `rounds` integer NOT NULL DEFAULT (0), `over` bool NOT NULL DEFAULT (false), `searchable` bool NOT NULL DEFAULT (false), `opinion_before` integer NULL, `opinion_after` integer NULL, `opinion_turn` integer NOT NULL DEFAULT (0), `duel_user` text NOT NULL DEFAULT (''), `duel_bot` text NOT NULL DEFAULT (''), `share` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, PRIMARY KEY (`id`));
-- copy rows from old table "conversations" to new temporary table "new_conversations"
INSERT INTO `new_conversations` (`id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `persona`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through`, `format`, `rounds`, `over`, `searchable`, `opinion_before`, `opinion_after`, `opinion_turn`, `share`, `request_id`, `request_hash`) SELECT `id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `persona`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through`, `format`, `rounds`, `over`, `searchable`, `opinion_before`, `opinion_after`, `opinion_turn`, `share`, `request_id`, `request_hash` FROM `conversations`;
-- drop "conversations" table after copying rows
DROP TABLE `conversations`;
-- rename temporary table "new_conversations" to "conversations"
ALTER TABLE `new_conversations` RENAME TO `conversations`;
-- create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
CREATE INDEX `conversation_owner_key_owner_user_updated_at_id` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC);
-- create index "conversation_opinions" to table: "conversations"
CREATE INDEX `conversation_opinions` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC) WHERE opinion_before IS NOT NULL;
-- create index "conversation_unsearchable" to table: "conversations"
CREATE INDEX `conversation_unsearchable` ON `conversations` (`owner_key`, `owner_user`, `id`) WHERE searchable = false;
-- create index "conversation_share" to table: "conversations"
CREATE UNIQUE INDEX `conversation_share` ON `conversations` (`share`) WHERE share <> '';
-- create index "conversation_request" to table: "conversations"
CREATE UNIQUE INDEX `conversation_request` ON `conversations` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "conversation_request" to table: "conversations"
DROP INDEX `conversation_request`;
-- reverse: create index "conversation_share" to table: "conversations"
DROP INDEX `conversation_share`;
-- reverse: create index "conversation_unsearchable" to table: "conversations"
DROP INDEX `conversation_unsearchable`;
-- reverse: create index "conversation_opinions" to table: "conversations"
DROP INDEX `conversation_opinions`;
-- reverse: create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
DROP INDEX `conversation_owner_key_owner_user_updated_at_id`;
-- reverse: create "new_conversations" table
DROP TABLE `new_conversations`;
