// Command cdktf synthesizes the service's AWS stack: `go run ./cdktf` writes Terraform's JSON to
// cdktf.out/stacks/debate-chatbot-ENVIRONMENT, for cdktf and for plain terraform.
//
// DEPLOY_CONFIG names the configuration file. It has no default: what is deployed by mistake should not
// be production.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func main() {
	defer jsii.Close()
	// The CLI names its folder.
	err := run(os.Getenv("DEPLOY_CONFIG"), cmp.Or(os.Getenv("CDKTF_OUTDIR"), "cdktf.out"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "cdktf:", err)
		jsii.Close()
		os.Exit(1) //nolint:gocritic // closed above
	}
}

func run(path, outdir string) error {
	if path == "" {
		there, _ := filepath.Glob("cdktf/environments/*.yaml") // the pattern is right
		return errors.New("DEPLOY_CONFIG: got nothing; takes the configuration file of what you deploy, such as one of\n  " + strings.Join(there, "\n  "))
	}
	config, err := Load(path)
	if err != nil {
		return err
	}
	if err := Synth(config, outdir); err != nil {
		return err
	}
	return keepLock("cdktf/terraform.lock.hcl", filepath.Join(outdir, "stacks", stackName(config)))
}

// keepLock puts the provider's checksums beside the stack, where they were written down: Terraform then takes
// no other provider under that version.
func keepLock(path, stack string) error {
	text, err := os.ReadFile(path) //nolint:gosec // the project's own
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the provider's checksums: %w", err)
	}
	return os.WriteFile(filepath.Join(stack, ".terraform.lock.hcl"), text, 0o600) //nolint:gosec // the operator names the folder
}

// Synth writes the configured stack below a folder. The bindings panic where they refuse
// something; here, and here only, that becomes an error.
func Synth(config Config, outdir string) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the stack cannot be synthesized: %v", cause)
		}
	}()
	if err := os.MkdirAll(outdir, 0o750); err != nil { //nolint:gosec // the operator names it
		return fmt.Errorf("the stack's folder: %w", err)
	}
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: new(outdir)})
	NewStack(app, config)
	app.Synth()
	return nil
}
