package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// The committed files show in review what a change does to the stack, and `make scan` reads them.
// `go test ./cdktf -update` writes them anew.

func TestSynthesizedStacksAreTheGoldenFiles(t *testing.T) {
	for name, s := range shapes {
		t.Run(name, func(t *testing.T) { compare(t, "testdata/"+name+".tf.json", s.text+"\n") })
	}
}

func TestDiagramShowsTheStack(t *testing.T) {
	text, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- diagram: go test ./cdktf -update -->\n", "<!-- end of diagram -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("docs/deploy.md has no place for the diagram: %q … %q", begin, end)
	}
	drawn, err := Draw([]byte(shapes["default"].text))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "../docs/deploy.md", before+begin+"```mermaid\n"+drawn+"```\n"+end+after)
}

func TestGuideNamesWhatThereIs(t *testing.T) {
	guide, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	graph := shapes["default"].graph(t)
	addresses := regexp.MustCompile(`aws_[a-z0-9_]+\.[a-z-]+_[a-z-]+_[0-9A-F]{8}`).FindAllString(string(guide), -1)
	for _, address := range addresses {
		if _, ok := graph[address]; !ok {
			t.Errorf("docs/deploy.md names %s, which is no resource", address)
		}
	}
	if len(addresses) != 3 {
		t.Errorf("docs/deploy.md names %d resources, want 3: %v", len(addresses), addresses)
	}
	for _, name := range regexp.MustCompile(`output -raw ([a-z_]+)`).FindAllStringSubmatch(string(guide), -1) {
		if shapes["default"].doc.Output[name[1]] == nil {
			t.Errorf("docs/deploy.md reads the output %s, which there is not", name[1])
		}
	}
}

func TestGuideCommandsAreShell(t *testing.T) {
	guide, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllSubmatch(guide, -1)
	if len(blocks) < 15 {
		t.Fatalf("docs/deploy.md has %d blocks of commands", len(blocks))
	}
	for _, block := range blocks {
		cmd := exec.CommandContext(t.Context(), "bash", "-n")
		cmd.Stdin = bytes.NewReader(block[1])
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, block[1])
		}
	}
}

// What deploys and bites later is told.
func TestGuideTellsWhatBitesLater(t *testing.T) {
	guide, err := os.ReadFile("../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{
		"database.major_upgrade", "Cannot upgrade aurora-postgresql", "`ResourceAlreadyExistsException` of a log group", "`ResourceExistsException`", "import -var-file",
		"database.existing.manage_rule", "Database Insights", "deploy/rds-ca.pem", "describe-db-engine-versions", "L-3032A538", "create-bucket", "request-certificate",
		"restore-db-cluster-to-point-in-time", "rds-data execute-statement", "create-budget", "CreateServiceLinkedRole", "create-open-id-connect-provider",
		// An instance in subnets of a VPC with a gateway is public by default:
		// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PubliclyAccessible).
		"--no-publicly-accessible",
		// manage_master_user_password is not read back: a restored cluster would have no secret, and the plan fail at it.
		// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/cluster.go (resourceClusterRead)
		"--manage-master-user-password", "--no-deletion-protection",
	} {
		if !strings.Contains(string(guide), told) {
			t.Errorf("docs/deploy.md says nothing of %s", told)
		}
	}
	if strings.Contains(string(guide), "Performance Insights") || strings.Contains(shapes["fullest"].text, "Performance Insights") {
		t.Error("Performance Insights is no more: it is Database Insights")
	}
}

func compare(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == want {
		return
	}
	lines, expected := strings.Split(string(got), "\n"), strings.Split(want, "\n")
	for i := range min(len(lines), len(expected)) {
		if lines[i] != expected[i] {
			t.Errorf("%s:%d is\n%s\nwant\n%s", path, i+1, lines[i], expected[i])
			break
		}
	}
	t.Errorf("%s is out of date; if the change is meant: go test ./cdktf -update", path)
}
