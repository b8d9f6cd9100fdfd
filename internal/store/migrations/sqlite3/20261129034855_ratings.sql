-- +goose Up
-- add column "rating" to table: "turns"
ALTER TABLE `turns` ADD COLUMN `rating` text NULL;
-- add column "rating" to table: "attempts"
ALTER TABLE `attempts` ADD COLUMN `rating` text NULL;

-- +goose Down
-- reverse: add column "rating" to table: "attempts"
ALTER TABLE `attempts` DROP COLUMN `rating`;
-- reverse: add column "rating" to table: "turns"
ALTER TABLE `turns` DROP COLUMN `rating`;
