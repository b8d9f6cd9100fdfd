package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/debate-chatbot/debate-api/internal/app"
	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
	"github.com/debate-chatbot/debate-api/internal/format"
	"github.com/debate-chatbot/debate-api/internal/turn"
)

// maxImport is the largest file that is read.
const maxImport = 256 << 20

type importCommand struct {
	dataDir
	Files []string
}

func newImport() *cobra.Command {
	var i importCommand
	c := newCommand("import FILE...", "Read debates that were exported as JSON into the database; a file that is there already adds nothing.", func(ctx context.Context, files []string) error {
		i.Files = files
		return i.Run(ctx)
	})
	i.addTo(c.Flags())
	return c
}

// localOwner is who a database's debates belong to where there are no API keys.
var localOwner = debate.Owner{Key: "default"}

// Run reads the files into the database, each once.
func (i importCommand) Run(ctx context.Context) (err error) {
	cfg, err := config.Load(i.withoutModel)
	if err != nil {
		return err
	}
	if err := format.Use(cfg.FormatsDir); err != nil {
		return fmt.Errorf("FORMATS_DIR: %w", err)
	}
	s, err := app.OpenStore(ctx, cfg, newLog(cfg, cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return ofDatabase(cfg, err)
	}
	service := turn.New(turn.Config{Store: s, Holder: "import/" + uuid.NewString(), NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
	var failed []error
	for _, file := range i.Files {
		if err := importFile(ctx, service, file); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", file, err))
		}
	}
	return errors.Join(failed...)
}

// importFile reads a file into the database, unless it is there already.
func importFile(ctx context.Context, service *turn.Service, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return errors.Unwrap(err) // without the name, which the caller adds
	}
	if info.Size() > maxImport {
		return errors.New("it is larger than 256 MiB, which no exported debate is")
	}
	data, err := os.ReadFile(file) //nolint:gosec // the file is the user's choice
	if err != nil {
		return errors.Unwrap(err)
	}
	// Where PowerShell wrote what curl printed, it is UTF-16.
	if data, _, err = transform.Bytes(unicode.BOMOverride(transform.Nop), data); err != nil {
		return err
	}
	c, added, err := service.Import(ctx, localOwner, data)
	switch {
	case err != nil:
		return err
	case added:
		fmt.Printf("%s: imported %d turns as %s\n", file, c.TurnCount, c.ID)
	default:
		fmt.Printf("%s: it is there already, as %s\n", file, c.ID)
	}
	return nil
}
