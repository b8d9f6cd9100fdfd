package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/debate-chatbot/debate-api/internal/config"
	"github.com/debate-chatbot/debate-api/internal/debate"
)

// ofDatabase adds to an error of the database which one that is, and leaves out the advice to repeat
// the call, which is for callers of a service.
func ofDatabase(c config.Config, err error) error {
	public, ok := errors.AsType[*debate.Error](err)
	if !ok || public.Reason != debate.StoreUnavailable {
		return err
	}
	where := "that of DATABASE_URL"
	if c.DatabaseURL == "" {
		where = filepath.Join(c.DataDir, "debate.db")
	}
	what, _, _ := strings.Cut(public.Message, "; repeat the call")
	if public.Cause == nil {
		return fmt.Errorf("%s (%s)", what, where)
	}
	return fmt.Errorf("%s (%s): %w", what, where, public.Cause)
}
