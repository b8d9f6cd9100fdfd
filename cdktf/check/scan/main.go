// Command scan looks for misconfigurations in what this project deploys: the stack that each
// configuration file gives, and the Dockerfile. Run it at the project's root:
//
//	scan cdktf/testdata/*.yaml
//
// It fails on a CRITICAL or HIGH finding that is not allowed, on an allowance that nothing uses,
// and when a fault that it plants itself goes unseen.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, configs []string) error {
	if len(configs) == 0 {
		return fmt.Errorf("usage: scan CONFIG.yaml…")
	}
	bindings, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/cdktf/cdktf-provider-aws-go/aws/v19").Output()
	if err != nil {
		return fmt.Errorf("find the provider's bindings: %w", err)
	}
	provider, err := schema.Read(strings.TrimSpace(string(bindings)))
	if err != nil {
		return err
	}
	tools := newTools()
	var found []finding
	for i, config := range configs {
		stack, err := synthesize(ctx, config)
		if err != nil {
			return err
		}
		hcl, err := toHCL(provider, stack)
		if err != nil {
			return fmt.Errorf("%s: %w", config, err)
		}
		findings, err := tools.scanTerraform(ctx, config, hcl)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := tools.seesPlantedFaults(ctx, provider, stack, findings); err != nil {
				return fmt.Errorf("%s: %w", config, err)
			}
		}
		found = append(found, findings...)
	}
	findings, err := tools.scanDockerfile(ctx, "Dockerfile")
	if err != nil {
		return err
	}
	return judge(append(found, findings...))
}

// synthesize gives the stack's JSON for a configuration file.
func synthesize(ctx context.Context, config string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "scan")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cmd := exec.CommandContext(ctx, "go", "run", "./cdktf")
	cmd.Env = append(os.Environ(), "DEPLOY_CONFIG="+config, "CDKTF_OUTDIR="+dir, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("synthesize %s: %w\n%s", config, err, out)
	}
	stacks, err := filepath.Glob(filepath.Join(dir, "stacks", "*", "cdk.tf.json"))
	if err != nil || len(stacks) != 1 {
		return nil, fmt.Errorf("%s gives %d stacks, want 1", config, len(stacks))
	}
	return os.ReadFile(stacks[0]) //nolint:gosec // a folder made here
}

// judge prints what was found and says whether it may stay.
func judge(found []finding) error {
	used := map[string]bool{}
	bad := 0
	for _, f := range found {
		if a, ok := allows(f); ok {
			used[a.id] = true
			fmt.Printf("allowed %-8s %s %s: %s (%s)\n", f.severity, f.id, f.where, f.title, a.reason)
			continue
		}
		if f.severity == "CRITICAL" || f.severity == "HIGH" {
			bad++
		}
		fmt.Printf("found   %-8s %s %s: %s\n", f.severity, f.id, f.where, f.title)
	}
	for _, a := range allowed {
		if !used[a.id] {
			return fmt.Errorf("%s is allowed at %s but was not found: remove it from the list", a.id, a.at)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d findings are CRITICAL or HIGH", bad)
	}
	fmt.Printf("0 CRITICAL or HIGH findings beside %d allowed kinds\n", len(allowed))
	return nil
}
