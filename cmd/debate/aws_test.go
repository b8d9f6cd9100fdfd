package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/debate-chatbot/debate-api/internal/aws/awstest"
	"github.com/debate-chatbot/debate-api/internal/store/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestTheServiceOnAWSHasNoPasswordOfTheDatabase starts it as the stack does: the
// owner, whose login is in RDS' secret, migrates and is done; the service logs in
// as a role by IAM and could not change a table.
func TestTheServiceOnAWSHasNoPasswordOfTheDatabase(t *testing.T) {
	server, err := pgtest.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	const password = "SENTINEL-master/password@%"
	if err := server.Exec(t.Context(), "postgres", "CREATE ROLE debate LOGIN SUPERUSER PASSWORD '"+password+"'", "CREATE DATABASE debate OWNER debate", "CREATE ROLE rds_iam"); err != nil {
		t.Fatal(err)
	}
	if err := server.Authenticate(t.Context(), "host all debate_app all trust", "host all postgres all trust", "host all all all scram-sha-256"); err != nil {
		t.Fatal(err)
	}
	rds, manager := awstest.StartDatabase(t, server.Addr(), "debate_app"), awstest.Start(t)
	manager.Setenv(t)
	manager.Put("rds!cluster-1", "AWSCURRENT", fmt.Sprintf(`{"username":"debate","password":%q}`, password))
	manager.Put("keys", "AWSCURRENT", apiKey)
	settings := map[string]string{
		"DATABASE_URL":  "postgres://" + rds.Addr + "/debate?sslmode=verify-full&sslrootcert=" + url.QueryEscape(rds.RootCert),
		"DATABASE_ROLE": "debate_app", "DATABASE_IAM_AUTH": "on", "AWS_REGION": awstest.Region,
		"API_KEY_SECRET_NAME": "keys", "MODEL": "offline", "PACE": "0", "PORT": "0", "DRAIN_DELAY": "0s", "DRAIN_TIMEOUT": "0s",
	}
	service, log, stop := start(t, settings)
	for end := time.Now().Add(20 * time.Second); !strings.Contains(log.String(), "not ready"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("nothing is missing before the migration: %s", log)
		}
	}
	for name, value := range settings {
		if name != "MODEL" { // no migration needs one
			t.Setenv(name, value)
		}
	}
	t.Setenv("DATABASE_SECRET_NAME", "rds!cluster-1")
	if err := (migrateCommand{}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		status, body := call(t, "GET", service+"/ready", "")
		if status == 200 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("after the migration: %s, %s", body, log)
		}
	}
	// The first turn waits until gate and bank are read, which takes longer than a call may
	// where races are looked for: it is repeated, as the answer says.
	request := fmt.Sprintf(`{"message":%q,"request_id":"the first"}`, message)
	status, body := 504, ""
	for try := 0; status == 504 && try < 4; try++ {
		status, body = call(t, "POST", service+"/chat", request, "X-API-Key", apiKey, "Content-Type", "application/json")
	}
	if status != 200 {
		t.Errorf("a call: %d %s", status, body)
	}
	stop()
	for _, secret := range []string{password, "X-Amz-Signature", awstest.SecretKey, apiKey} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q: %s", secret, around(log.String(), secret))
		}
	}
	manager.Set(func(s *awstest.Secrets) {
		if s.Writes > 0 {
			t.Errorf("%d writes", s.Writes)
		}
	})
}
