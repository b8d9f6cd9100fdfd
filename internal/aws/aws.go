// Package aws is what the service asks of AWS: secrets, and tokens to log in
// with. It depends on AWS's SDK and on nothing of ours.
package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Account is an AWS account in one region, with the rights of whoever runs this
// process.
type Account struct{ config sdk.Config }

// Open finds the region, where it is not given, and the credentials in the
// places where AWS's programs look for them. It calls nobody yet.
func Open(ctx context.Context, region string) (*Account, error) {
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, fmt.Errorf("aws: the configuration cannot be read: %w", err)
	}
	return &Account{c}, nil
}

// Secrets is a client of Secrets Manager.
func (a *Account) Secrets() *secretsmanager.Client { return secretsmanager.NewFromConfig(a.config) }

// tokenTime is how long a token is good for. It is both services' longest.
const tokenTime = 15 * time.Minute

// DatabaseToken signs the password that lets a user into a database of RDS or
// Aurora with IAM authentication, which is at address, a host and a port. Only
// credentials that ran out cost a call.
func (a *Account) DatabaseToken(ctx context.Context, address, user string) (string, error) {
	return a.token(ctx, "rds-db", address, url.Values{"Action": {"connect"}, "DBUser": {user}})
}

// CacheToken signs the password that lets a user into a cache of ElastiCache
// with IAM authentication: a replication group by its id. Only credentials that
// ran out cost a call.
func (a *Account) CacheToken(ctx context.Context, cache, user string) (string, error) {
	return a.token(ctx, "elasticache", cache, url.Values{"Action": {"connect"}, "User": {user}})
}

var errNoRegion = errors.New("aws: the region is not known; set AWS_REGION")

// token signs a request, and returns its address without the scheme: whoever it is shown
// to makes sure of the caller by it.
func (a *Account) token(ctx context.Context, service, host string, query url.Values) (string, error) {
	if a.config.Region == "" {
		return "", errNoRegion
	}
	credentials, err := a.config.Credentials.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("aws: no credentials to sign with: %w", err)
	}
	query.Set("X-Amz-Expires", fmt.Sprint(int(tokenTime.Seconds())))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/?"+query.Encode(), http.NoBody)
	if err != nil {
		return "", fmt.Errorf("aws: a token for %q: %w", host, err)
	}
	nothing := sha256.Sum256(nil)
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, credentials, request, hex.EncodeToString(nothing[:]), service, a.config.Region, time.Now())
	if err != nil {
		return "", fmt.Errorf("aws: sign a token: %w", err)
	}
	return strings.TrimPrefix(signed, "https://"), nil
}
