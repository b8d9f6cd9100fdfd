package config

import (
	"os"
	"strings"
	"testing"
)

func TestASettingWhoseNameIsWrittenWrongIsTold(t *testing.T) {
	for given, want := range map[string]string{
		"DATABSE_URL=postgres://x":      "DATABASE_URL",
		"DATABASE-URL=x":                "DATABASE_URL",
		"database_url=x":                "DATABASE_URL",
		"DATABASEURL=x":                 "DATABASE_URL",
		"REDIS_URI=redis://x":           "REDIS_URL",
		"RATELIMIT=3":                   "RATE_LIMIT",
		"CORS_ALLOWED_ORIGIN=*":         "CORS_ALLOWED_ORIGINS",
		"OPENAI_KEY=k":                  "",
		"OPENAI_APIKEY=k":               "OPENAI_API_KEY",
		"OPENAI_API_BASE=http://x/v1":   "OPENAI_BASE_URL", // LiteLLM's, LangChain's and aider's name
		"OPENAI_API_BASE_URL=http://x":  "OPENAI_BASE_URL", // Open WebUI's
		"OPENAI_BASE_URI=http://x/v1":   "OPENAI_BASE_URL",
		"POSTGRES_URL=postgres://x":     "DATABASE_URL",
		"DATABSE_URL=":                  "",
		"DATABASE_URL=x":                "",
		"OTEL_EXPORTER_OTLP_TIMEOUTS=1": "",
		"PORTS=80":                      "", "HOME=/root": "", "MODELS=x": "", "LOG_LEVELS=debug": "LOG_LEVEL", "SORT=x": "",
		"POSTGRES_PASSWORD=x": "", "REDIS_PASSWORD=x": "", "AWS_REGION=x": "", "AWS_DEFAULT_REGION=x": "", "DATA=x": "",
	} {
		got := strings.Join(Misnamed([]string{"PATH=/bin", given}), "; ")
		name, _, _ := strings.Cut(given, "=")
		if expected := name + " is set, which nothing reads; " + want + " is read"; want == "" && got != "" || want != "" && got != expected {
			t.Errorf("%s: %q", given, got)
		}
		if meant := strings.Join(Misnamed([]string{given, want + "=set"}), "; "); want != "" && meant != "" {
			t.Errorf("%s beside %s: %q", given, want, meant)
		}
	}
	if warnings := Misnamed(os.Environ()); len(warnings) > 0 {
		t.Logf("of this machine's own environment: %q", warnings)
	}
}
