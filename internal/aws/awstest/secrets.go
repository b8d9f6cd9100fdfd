// Package awstest plays what of AWS can be had nowhere else: a Secrets Manager that
// speaks its protocol, and the check of the tokens that IAM's logins are.
package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// What tests sign with.
const (
	Region    = "us-east-2"
	KeyID     = "AKIAEXAMPLE"
	SecretKey = "SENTINEL-aws-secret-key"
)

// Secrets is a Secrets Manager on a loopback port. Its fields are for Set.
type Secrets struct {
	URL string

	mu      sync.Mutex
	secrets map[string]*Secret

	Away   bool          // nothing is answered
	Broken string        // a stage that cannot be read
	Slow   time.Duration // how long each call takes
	Reads  int           // calls of GetSecretValue so far
	Writes int           // calls that changed something
}

// Secret has versions by their ids.
type Secret struct{ Versions map[string]*Version }

// Version is a value, and the stages that are attached to it.
type Version struct {
	Value   string
	Stages  []string
	Created time.Time
}

// Start starts one that ends with the test.
func Start(t testing.TB) *Secrets {
	s := &Secrets{secrets: make(map[string]*Secret)}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Client asks this Secrets Manager, once.
func (s *Secrets) Client() *secretsmanager.Client {
	return secretsmanager.New(secretsmanager.Options{
		Region: Region, BaseEndpoint: &s.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(KeyID, SecretKey, ""),
	})
}

// Setenv has whoever looks for AWS in the environment find this Secrets Manager.
func (s *Secrets) Setenv(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": s.URL, "AWS_ACCESS_KEY_ID": KeyID, "AWS_SECRET_ACCESS_KEY": SecretKey, "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// Set changes it while nobody is served.
func (s *Secrets) Set(change func(*Secrets)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// Put gives a secret a value at a stage, as a version of its own. It is for
// Set too, and outside of it.
func (s *Secrets) Put(name, stage, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret := s.secrets[name]
	if secret == nil {
		secret = &Secret{Versions: make(map[string]*Version)}
		s.secrets[name] = secret
	}
	for _, v := range secret.Versions {
		v.Stages = slices.DeleteFunc(v.Stages, func(at string) bool { return at == stage })
	}
	secret.Versions[fmt.Sprintf("version-%d-of-this-secret-in-the-test", len(secret.Versions))] = &Version{Value: value, Stages: []string{stage}, Created: time.Now()}
}

// Remove takes a stage off whichever version has it.
func (s *Secrets) Remove(name, stage string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, _ := s.secrets[name].at(stage); v != nil {
		v.Stages = slices.DeleteFunc(v.Stages, func(at string) bool { return at == stage })
	}
}

// Value is what a secret has at a stage, or nothing.
func (s *Secrets) Value(name, stage string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, _ := s.secrets[name].at(stage); v != nil {
		return v.Value
	}
	return ""
}

// ID is the id of the version that has a stage.
func (s *Secrets) ID(name, stage string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, id := s.secrets[name].at(stage)
	return id
}

// Age makes the version at a stage older.
func (s *Secrets) Age(name, stage string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, _ := s.secrets[name].at(stage)
	v.Created = v.Created.Add(-by)
}

func (s *Secret) at(stage string) (*Version, string) {
	for id, v := range s.Versions {
		if slices.Contains(v.Stages, stage) {
			return v, id
		}
	}
	return nil, ""
}

// request is what the calls take.
type request struct {
	SecretId, VersionId, VersionStage    string
	ClientRequestToken, SecretString     string
	VersionStages                        []string
	MoveToVersionId, RemoveFromVersionId string
}

// refusal is an exception of AWS's.
type refusal struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (s *Secrets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(s.Slow)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	answer, refused := s.answer(r)
	if refused != nil {
		w.WriteHeader(http.StatusBadRequest)
		answer = refused
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Secrets) answer(r *http.Request) (any, *refusal) {
	var asked request
	if s.Away || json.NewDecoder(r.Body).Decode(&asked) != nil {
		return nil, &refusal{"InternalServiceError", "away"}
	}
	secret := s.secrets[asked.SecretId]
	if secret == nil {
		return nil, &refusal{"ResourceNotFoundException", "no such secret"}
	}
	switch r.Header.Get("X-Amz-Target") {
	case "secretsmanager.GetSecretValue":
		s.Reads++
		return s.get(secret, asked)
	case "secretsmanager.DescribeSecret":
		stages := make(map[string][]string)
		for id, v := range secret.Versions {
			stages[id] = v.Stages
		}
		return map[string]any{"Name": asked.SecretId, "ARN": asked.SecretId, "RotationEnabled": true, "VersionIdsToStages": stages}, nil
	case "secretsmanager.PutSecretValue":
		s.Writes++
		return secret.put(asked)
	case "secretsmanager.UpdateSecretVersionStage":
		s.Writes++
		return secret.move(asked)
	default:
		return nil, &refusal{"InvalidAction", r.Header.Get("X-Amz-Target")}
	}
}

func (s *Secrets) get(secret *Secret, asked request) (any, *refusal) {
	if asked.VersionStage != "" && asked.VersionStage == s.Broken {
		return nil, &refusal{"InternalServiceError", "broken"}
	}
	v, id := secret.Versions[asked.VersionId], asked.VersionId
	if asked.VersionId == "" {
		v, id = secret.at(asked.VersionStage)
	}
	if v == nil || v.Value == "" || asked.VersionStage != "" && !slices.Contains(v.Stages, asked.VersionStage) {
		return nil, &refusal{"ResourceNotFoundException", "no such version"}
	}
	return map[string]any{"Name": asked.SecretId, "VersionId": id, "VersionStages": v.Stages, "SecretString": v.Value, "CreatedDate": float64(v.Created.UnixMilli()) / 1000}, nil
}

// put is as AWS tells of PutSecretValue: the same token with the same value is no
// second version, and with another value is refused.
func (s *Secret) put(asked request) (any, *refusal) {
	if v := s.Versions[asked.ClientRequestToken]; v != nil && v.Value != "" && v.Value != asked.SecretString {
		return nil, &refusal{"ResourceExistsException", "the version has another value"}
	}
	if n := len(asked.ClientRequestToken); n < 32 || n > 64 {
		return nil, &refusal{"InvalidParameterException", "ClientRequestToken"}
	}
	for _, stage := range asked.VersionStages {
		if v, _ := s.at(stage); v != nil {
			v.Stages = slices.DeleteFunc(v.Stages, func(at string) bool { return at == stage })
		}
	}
	s.Versions[asked.ClientRequestToken] = &Version{asked.SecretString, asked.VersionStages, time.Now()}
	return map[string]any{"VersionId": asked.ClientRequestToken, "VersionStages": asked.VersionStages}, nil
}

// move is as AWS tells of UpdateSecretVersionStage: a stage that is attached must
// be taken from where it is, and AWSPREVIOUS follows AWSCURRENT by itself.
func (s *Secret) move(asked request) (any, *refusal) {
	to := s.Versions[asked.MoveToVersionId]
	from, id := s.at(asked.VersionStage)
	if to == nil || from != nil && id != asked.RemoveFromVersionId || from == to {
		return nil, &refusal{"InvalidParameterException", "MoveToVersionId, RemoveFromVersionId"}
	}
	if from != nil {
		from.Stages = slices.DeleteFunc(from.Stages, func(at string) bool { return at == asked.VersionStage })
		if asked.VersionStage == "AWSCURRENT" {
			if before, _ := s.at("AWSPREVIOUS"); before != nil {
				before.Stages = slices.DeleteFunc(before.Stages, func(at string) bool { return at == "AWSPREVIOUS" })
			}
			from.Stages = append(from.Stages, "AWSPREVIOUS")
		}
	}
	to.Stages = append(to.Stages, asked.VersionStage)
	return map[string]any{"Name": asked.SecretId}, nil
}

// Stage puts another version id at AWSPENDING without a value, as Secrets Manager
// does before it calls a function to rotate.
func (s *Secrets) Stage(name, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[name].Versions[token] = &Version{Stages: []string{"AWSPENDING"}, Created: time.Now()}
}
