package awstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// CheckToken is what RDS and ElastiCache do with a token: it must be the address
// of a GET of host, signed for the service with the test's key by Signature
// Version 4 (AWS's reference, "Signing AWS requests"), not older than it says and
// for no longer than 15 minutes. It returns the query.
func CheckToken(token, service, host string, now time.Time) (url.Values, error) {
	u, err := url.Parse("https://" + token)
	if err != nil {
		return nil, fmt.Errorf("no address: %w", err)
	}
	query := u.Query()
	made, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	if err != nil {
		return nil, fmt.Errorf("no time: %w", err)
	}
	seconds, err := strconv.Atoi(query.Get("X-Amz-Expires"))
	scope := strings.Join([]string{made.Format("20060102"), Region, service, "aws4_request"}, "/")
	switch {
	case err != nil || seconds < 1 || seconds > 900:
		return nil, fmt.Errorf("it is good for %q seconds", query.Get("X-Amz-Expires"))
	case now.After(made.Add(time.Duration(seconds)*time.Second)) || made.After(now.Add(time.Minute)):
		return nil, fmt.Errorf("it was made at %v", made)
	case u.Host != host || u.Path != "/":
		return nil, fmt.Errorf("it is for %s%s, not for %s", u.Host, u.Path, host)
	case query.Get("X-Amz-Credential") != KeyID+"/"+scope:
		return nil, fmt.Errorf("it is signed for %s", query.Get("X-Amz-Credential"))
	case query.Get("X-Amz-SignedHeaders") != "host":
		return nil, fmt.Errorf("the headers %s are signed", query.Get("X-Amz-SignedHeaders"))
	}
	signed := u.Query()
	signed.Del("X-Amz-Signature")
	canonical := strings.Join([]string{"GET", "/", strings.ReplaceAll(signed.Encode(), "+", "%20"), "host:" + host, "", "host", digest("")}, "\n")
	text := strings.Join([]string{"AWS4-HMAC-SHA256", query.Get("X-Amz-Date"), scope, digest(canonical)}, "\n")
	key := []byte("AWS4" + SecretKey)
	for _, part := range append(strings.Split(scope, "/"), text) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	if hex.EncodeToString(key) != query.Get("X-Amz-Signature") {
		return nil, errors.New("the signature is wrong")
	}
	return query, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
