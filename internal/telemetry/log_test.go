package telemetry

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheLogIsToldOnceAMinuteAndNeverASecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		c := &throttledErrors{log: slog.New(slog.NewTextHandler(&log, nil))}
		tell := []func(){
			func() { c.Handle(errors.New("failed to send to http://collector/v1/traces: 401 (body: token SECRET)")) },
			func() { c.Handle(errors.New("OTLP partial success: SECRET (1 spans rejected)")) },
			func() { settings(c).Error(errors.New("SECRET"), "parse headers", "input", "SECRET") },
		}
		for n, f := range tell {
			f()
			f()
			time.Sleep(complainEvery / 2)
			f()
			if told := strings.Count(log.String(), "level=WARN"); told != n+1 {
				t.Errorf("after minute %d the log has %d lines: %s", n+1, told, &log)
			}
			time.Sleep(complainEvery / 2)
		}
		if text := log.String(); strings.Contains(text, "SECRET") || !strings.Contains(text, "401") || !strings.Contains(text, "parse headers") {
			t.Errorf("the log: %s", text)
		}
	})
}
