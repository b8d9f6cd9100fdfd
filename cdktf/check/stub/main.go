// Command stub helps to try the stacks under real Terraform with no AWS account. It is the AWS
// provider as Terraform sees it: the same schema, but what AWS would compute is made up.
//
//	stub schema FOLDER FILE         recover the schema from the bindings in FOLDER
//	stub types FILE FILE TYPE…      keep only these types
//	stub check STACK…               say what AWS would refuse in synthesized stacks
//	stub faults STACK…              plant what each rule refuses into stacks, and say which goes unseen
//	stub                            serve; STUB_SCHEMA names the schema's file
//
// STUB_RECEIVED may name a file to which the write-only values that arrive are appended, since
// they show nowhere else.
package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/rules"
	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "stub:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 0:
		return serve()
	case args[0] == "schema" && len(args) == 3:
		p, err := schema.Read(args[1])
		if err != nil {
			return err
		}
		return p.Save(args[2])
	case args[0] == "check" && len(args) > 1:
		return check(args[1:])
	case args[0] == "faults" && len(args) > 1:
		return faults(args[1:])
	case args[0] == "types" && len(args) > 3:
		p, err := schema.Load(args[1])
		if err != nil {
			return err
		}
		kept, err := p.Only(args[3:])
		if err != nil {
			return err
		}
		return kept.Save(args[2])
	}
	return errors.New("usage: stub [schema FOLDER FILE | types FILE FILE TYPE… | check STACK… | faults STACK…]")
}

func check(paths []string) error {
	var refused []string
	for _, path := range paths {
		stack, err := readStack(path)
		if err != nil {
			return err
		}
		for _, one := range stack.Refused() {
			refused = append(refused, path+": "+one)
		}
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		return errors.New("AWS would refuse\n" + strings.Join(refused, "\n"))
	}
	fmt.Printf("%d rules find nothing\n", rules.Count())
	return nil
}

func faults(paths []string) error {
	idle := map[string]int{}
	for _, path := range paths {
		stack, err := readStack(path)
		if err != nil {
			return err
		}
		unseen, without := stack.Plant()
		if len(unseen) > 0 {
			return fmt.Errorf("%s: planted, but not seen, or seen without\n%s", path, strings.Join(unseen, "\n"))
		}
		for _, rule := range without {
			if idle[rule]++; idle[rule] == len(paths) {
				return fmt.Errorf("no stack has a resource for %s", rule)
			}
		}
	}
	fmt.Printf("%d rules see their faults\n", rules.Count())
	return nil
}

func readStack(path string) (rules.Stack, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, err
	}
	return rules.Read(text)
}

func serve() error {
	path := os.Getenv("STUB_SCHEMA")
	if path == "" {
		return errors.New("STUB_SCHEMA must name the file that `stub schema` wrote")
	}
	loaded, err := schema.Load(path)
	if err != nil {
		return err
	}
	p, err := newProvider(loaded, os.Getenv("STUB_RECEIVED"))
	if err != nil {
		return err
	}
	return tf5server.Serve("registry.terraform.io/hashicorp/aws", func() tfprotov5.ProviderServer { return p })
}
