package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing/fstest"

	"github.com/aquasecurity/trivy/pkg/iac/rego"
	"github.com/aquasecurity/trivy/pkg/iac/scan"
	"github.com/aquasecurity/trivy/pkg/iac/scanners"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/dockerfile"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/options"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/terraform"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

// finding is one misconfiguration.
type finding struct {
	id, severity, where, title string
}

// tools are Trivy's scanners. Each compiles its checks once, which is most of its time.
type tools struct{ terraform, dockerfile scanners.FSScanner }

// newTools takes the checks that are built in; nothing is downloaded.
func newTools() tools {
	checks := []options.ScannerOption{rego.WithEmbeddedPolicies(true), rego.WithEmbeddedLibraries(true)}
	return tools{
		// A file that cannot be parsed must not pass for one without findings.
		terraform:  terraform.New(append(checks[:2:2], terraform.ScannerWithStopOnHCLError(true), terraform.ScannerWithDownloadsAllowed(false))...),
		dockerfile: dockerfile.NewScanner(checks...),
	}
}

// scanTerraform finds the misconfigurations of a stack that is written in HCL; name is how findings call it.
func (t tools) scanTerraform(ctx context.Context, name, hcl string) ([]finding, error) {
	return scanFile(ctx, t.terraform, name, "main.tf", []byte(hcl))
}

// scanFile has a scanner read a text as the only file of a folder.
func scanFile(ctx context.Context, scanner scanners.FSScanner, name, file string, text []byte) ([]finding, error) {
	results, err := scanner.ScanFS(ctx, fstest.MapFS{file: {Data: text, Mode: 0o600}}, ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("%s: the scanner checked nothing", name)
	}
	var found []finding
	for _, r := range results.GetFailed() {
		found = append(found, finding{r.Rule().AVDID, string(r.Severity()), where(name, r), title(r)})
	}
	return found, nil
}

// title is the finding's text without the dump of the value that some checks append.
func title(r scan.Result) string {
	text, _, _ := strings.Cut(r.Description(), "{")
	return strings.Trim(text, " \"")
}

// where names the resource that a finding is about.
func where(name string, r scan.Result) string {
	m := r.Metadata()
	if reference := m.Reference(); reference != "" {
		return name + " " + reference
	}
	return name
}

// faults are planted into a copy of a stack; each must be found beyond what the stack itself
// has. They sit in nested blocks and in plain attributes: wherever the conversion could lose them.
var faults = []struct {
	id, kind string
	plant    func(resource map[string]any)
}{
	{"AVD-AWS-0107", "aws_vpc_security_group_ingress_rule", func(r map[string]any) {
		r["cidr_ipv4"], r["from_port"], r["to_port"] = "0.0.0.0/0", 22, 22
		delete(r, "referenced_security_group_id")
	}},
	{"AVD-AWS-0030", "aws_ecr_repository", func(r map[string]any) {
		r["image_scanning_configuration"] = map[string]any{"scan_on_push": false}
	}},
	{"AVD-AWS-0065", "aws_kms_key", func(r map[string]any) { r["enable_key_rotation"] = false }},
	{"AVD-AWS-0052", "aws_lb", func(r map[string]any) { r["drop_invalid_header_fields"] = false }},
}

func (t tools) seesPlantedFaults(ctx context.Context, provider *schema.Provider, stack []byte, clean []finding) error {
	var doc map[string]any
	if err := json.Unmarshal(stack, &doc); err != nil {
		return err
	}
	resources, _ := doc["resource"].(map[string]any)
	for _, fault := range faults {
		kind, _ := resources[fault.kind].(map[string]any)
		if len(kind) == 0 {
			return fmt.Errorf("there is no %s to plant a fault in", fault.kind)
		}
		resource, ok := kind[schema.Names(kind)[0]].(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", fault.kind)
		}
		fault.plant(resource)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	hcl, err := toHCL(provider, text)
	if err != nil {
		return err
	}
	found, err := t.scanTerraform(ctx, "planted", hcl)
	if err != nil {
		return err
	}
	for _, fault := range faults {
		if before, after := count(clean, fault.id), count(found, fault.id); after != before+1 {
			return fmt.Errorf("%s planted in %s goes unseen: found %d times before, %d after", fault.id, fault.kind, before, after)
		}
	}
	return nil
}

func count(found []finding, id string) int {
	n := 0
	for _, f := range found {
		if f.id == id {
			n++
		}
	}
	return n
}

// scanDockerfile asks two tools: Trivy for what is unsafe, BuildKit's linter for what is wrong.
func (t tools) scanDockerfile(ctx context.Context, path string) ([]finding, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the project's own
	if err != nil {
		return nil, err
	}
	found, err := scanFile(ctx, t.dockerfile, path, "Dockerfile", text)
	if err != nil {
		return nil, err
	}
	planted, err := scanFile(ctx, t.dockerfile, "planted", "Dockerfile", []byte("FROM debian:latest\nUSER root\n"))
	if err != nil {
		return nil, err
	}
	if len(planted) == 0 {
		return nil, errors.New("an image that runs as root goes unseen")
	}
	warnings, err := lint(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	bad, err := lint(ctx, []byte("from scratch\nMAINTAINER me\n"))
	if err != nil {
		return nil, err
	}
	if len(bad) == 0 {
		return nil, errors.New("a Dockerfile in mixed case with MAINTAINER goes unseen")
	}
	return append(found, warnings...), nil
}
