package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// newCommand makes a command. Of the words after its name in use it takes any number if the
// first is in brackets, at least one if it is not, and none where there are no such words.
func newCommand(use, short string, run func(ctx context.Context, arguments []string) error) *cobra.Command {
	name, takes, _ := strings.Cut(use, " ")
	return &cobra.Command{
		Use: use, Short: short, DisableFlagsInUseLine: true,
		Args: func(c *cobra.Command, given []string) error {
			switch {
			case takes == "" && len(given) > 0:
				return fmt.Errorf("%s takes no %q; %s --help tells what there is", name, given[0], c.CommandPath())
			case takes != "" && takes[0] != '[' && len(given) == 0:
				return fmt.Errorf("%s needs %s; %s --help tells more", name, takes, c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, given []string) error { return run(c.Context(), given) },
	}
}

// choiceVar adds a flag that takes one of a few words, or nothing, which is as if it were
// not given.
func choiceVar(f *pflag.FlagSet, to *string, name, value, help string, choices ...string) {
	*to = value
	f.Func(name, help, func(given string) error {
		if given != "" && !slices.Contains(choices, given) {
			return fmt.Errorf("it takes one of %s", strings.Join(choices, ", "))
		}
		*to = cmp.Or(given, value)
		return nil
	})
}

// pathVar adds a flag that takes a file or directory, made absolute; ~ is the home
// directory, also where the shell leaves it as it is: --data=~/debates.
func pathVar(f *pflag.FlagSet, to *string, name, help string) {
	f.Func(name, help, func(given string) (err error) {
		if rest, ok := strings.CutPrefix(given, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
			home, err := os.UserHomeDir()
			if err != nil {
				return err
			}
			given = home + rest
		}
		*to, err = filepath.Abs(given)
		return err
	})
}

// named is a flag's value that has a name in the usage.
type named struct {
	pflag.Value
	name string
}

func (n named) Type() string { return n.name }

// nameValue takes the name of a flag's value from the end of its help (": `NAME`."), where
// it is for the code's reader: pflag would leave it in the sentence.
func nameValue(f *pflag.Flag) {
	text, found := strings.CutSuffix(f.Usage, "`.")
	if help, name, ends := strings.Cut(text, ": `"); found && ends {
		f.Usage, f.Value = help+".", named{f.Value, name}
	}
	if f.DefValue == "[]" { // pflag leaves it out of its own types only
		f.DefValue = ""
	}
}

// showUsage writes what a command takes, in lines as wide as the terminal.
func showUsage(c *cobra.Command) error {
	width := 80
	if columns, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && columns > 0 {
		width = min(columns, 120)
	}
	out := c.OutOrStderr()
	fmt.Fprintf(out, "Usage:\n  %s", c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(out, " [command]\n\nCommands:")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(out, "\n  %-*s %s", c.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	c.LocalFlags().VisitAll(nameValue)
	if c.HasAvailableLocalFlags() {
		fmt.Fprintf(out, "\n\nFlags:\n%s", strings.TrimRight(c.LocalFlags().FlagUsagesWrapped(width), "\n"))
	}
	fmt.Fprintln(out)
	return nil
}
