// Command scan looks for misconfigurations in what this project deploys: synthesized stacks, and the
// Dockerfile. Run it at the project's root, on those that the tests keep or on one of your own:
//
//	scan cdktf/testdata/*.tf.json
//	scan cdktf.out/stacks/debate-chatbot-production/cdk.tf.json
//
// It fails on a CRITICAL or HIGH finding that is not allowed, on an allowance that nothing uses,
// and when a fault that it plants itself goes unseen.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stacks []string) error {
	if len(stacks) == 0 {
		return fmt.Errorf("usage: scan STACK.tf.json…")
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
	for i, path := range stacks {
		stack, err := os.ReadFile(path) //nolint:gosec // the caller's own file
		if err != nil {
			return err
		}
		hcl, err := toHCL(provider, stack)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		findings, err := tools.scanTerraform(ctx, path, hcl)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := tools.seesPlantedFaults(ctx, provider, stack, findings); err != nil {
				return fmt.Errorf("%s: %w", path, err)
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
