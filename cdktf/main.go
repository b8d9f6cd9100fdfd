// Command cdktf synthesizes the service's AWS stack: `go run ./cdktf` writes Terraform's JSON to
// cdktf.out/stacks/debate-chatbot, for cdktf and for plain terraform.
//
// DEPLOY_CONFIG names the configuration file; without it, production's is read.
package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func main() {
	defer jsii.Close()
	config, err := Load(cmp.Or(os.Getenv("DEPLOY_CONFIG"), "cdktf/environments/production.yaml"))
	if err == nil {
		// The CLI names its folder.
		err = Synth(config, cmp.Or(os.Getenv("CDKTF_OUTDIR"), "cdktf.out"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cdktf:", err)
		jsii.Close()
		os.Exit(1) //nolint:gocritic // closed above
	}
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
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: str(outdir)})
	NewStack(app, "debate-chatbot", config)
	app.Synth()
	return nil
}
