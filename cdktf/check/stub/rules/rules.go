// Package rules knows what AWS refuses although the provider's schema lets it through: characters and
// lengths of names, retired versions, values that do not go together. Each rule says where it is written,
// and a value that it refuses, which Plant puts into a stack to prove that the rule sees.
package rules

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Rule is something that AWS refuses in a resource of a kind.
type Rule struct {
	kind   string
	path   string // through blocks, such as health_check.interval; empty for the whole resource
	takes  string
	fits   func(v any) bool // of a value that is known; of the whole resource a map
	fault  any              // a value that does not fit; for the whole resource a func(map[string]any)
	source string           // the document, or who met it
}

// Unknown stands for a value that is not known yet. So does any text with an expression in it.
const Unknown = "${unknown}"

// Check says what AWS would refuse in a resource's values, as JSON has them.
func Check(kind string, values map[string]any) []string {
	var refused []string
	for _, r := range table {
		if r.kind != kind {
			continue
		}
		for _, v := range find(values, r.path) {
			if known(v) && !r.fits(v) {
				refused = append(refused, r.says(v))
			}
		}
	}
	return refused
}

func (r Rule) says(v any) string {
	if r.path == "" {
		return fmt.Sprintf("%s: takes %s (%s)", r.kind, r.takes, r.source)
	}
	return fmt.Sprintf("%s.%s: got %v; takes %s (%s)", r.kind, r.path, v, r.takes, r.source)
}

// Change says what AWS would refuse in a change of a resource that is there.
func Change(kind string, before, after map[string]any) []string {
	if kind != "aws_rds_cluster" {
		return nil
	}
	from, to := fmt.Sprint(before["engine_version"]), fmt.Sprint(after["engine_version"])
	if !known(after["engine_version"]) || from == to {
		return nil
	}
	older, newer := versionOf(from), versionOf(to)
	switch {
	// RDS API, ModifyDBCluster.
	case slices.Compare(newer, older) < 0:
		return []string{fmt.Sprintf("aws_rds_cluster: Cannot upgrade aurora-postgresql from %s to %s", from, to)}
	case newer[0] != older[0] && after["allow_major_version_upgrade"] != true:
		return []string{"aws_rds_cluster: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."}
	}
	return nil
}

func versionOf(text string) []int {
	parts := strings.Split(text, ".")
	numbers := make([]int, len(parts))
	for i, part := range parts {
		numbers[i], _ = strconv.Atoi(part) // what is no number is 0
	}
	return numbers
}

// unique are the attributes in which two resources of a kind may not agree.
var unique = map[string]string{
	"aws_security_group": "name", "aws_iam_role": "name", "aws_lb": "name", "aws_lb_target_group": "name", "aws_cloudwatch_log_group": "name",
	"aws_s3_bucket": "bucket", "aws_secretsmanager_secret": "name", "aws_kms_alias": "name", "aws_ecr_repository": "name",
	"aws_cloudwatch_metric_alarm": "alarm_name", "aws_sns_topic": "name", "aws_ecs_cluster": "name", "aws_ecs_service": "name",
	"aws_rds_cluster": "cluster_identifier", "aws_rds_cluster_instance": "identifier", "aws_elasticache_replication_group": "replication_group_id",
	"aws_lambda_function": "function_name", "aws_cloudtrail": "name", "aws_appautoscaling_policy": "name", "aws_subnet": "cidr_block",
}

// Names remembers the names that were taken.
type Names map[string]bool

// Take says that a name is taken already, if it is.
func (n Names) Take(kind string, values map[string]any) []string {
	attribute, ok := unique[kind]
	name, isText := values[attribute].(string)
	if !ok || !isText || !known(name) {
		return nil
	}
	key := kind + " " + name
	if n[key] {
		return []string{fmt.Sprintf("%s.%s: %q is taken by another one", kind, attribute, name)}
	}
	n[key] = true
	return nil
}

// Stack is a synthesized stack's resources, by kind and name.
type Stack map[string]map[string]map[string]any

// Read reads a stack's JSON.
func Read(text []byte) (Stack, error) {
	var doc struct {
		Resource Stack `json:"resource"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("the stack: %w", err)
	}
	return doc.Resource, nil
}

// Refused says what AWS would refuse in a whole stack.
func (s Stack) Refused() []string {
	var refused []string
	names := Names{}
	for kind, resources := range s {
		for _, values := range resources {
			refused = append(refused, Check(kind, values)...)
			refused = append(refused, names.Take(kind, values)...)
		}
	}
	return refused
}

// Plant puts each rule's fault into a resource of a stack, one by one, and says which went unseen. It returns
// the rules for which the stack has no resource, too.
func (s Stack) Plant() (unseen, idle []string) {
	for _, r := range table {
		resource, ok := first(s[r.kind])
		if !ok {
			idle = append(idle, r.says(r.fault))
			continue
		}
		planted := deepCopy(resource)
		if plant, whole := r.fault.(func(map[string]any)); whole {
			plant(planted)
		} else {
			set(planted, strings.Split(r.path, "."), r.fault)
		}
		want := strings.Split(r.says(""), ": ")[0] + ": "
		sees := func(text string) bool { return strings.HasPrefix(text, want) && strings.Contains(text, r.takes) }
		if !slices.ContainsFunc(Check(r.kind, planted), sees) || slices.ContainsFunc(Check(r.kind, resource), sees) {
			unseen = append(unseen, r.says(r.fault))
		}
	}
	return unseen, idle
}

// Count is how many rules there are.
func Count() int { return len(table) }

func first(of map[string]map[string]any) (map[string]any, bool) {
	least := ""
	for name := range of {
		if least == "" || name < least {
			least = name
		}
	}
	return of[least], least != ""
}

func deepCopy(v map[string]any) map[string]any {
	text, _ := json.Marshal(v) // it came from JSON
	var same map[string]any
	_ = json.Unmarshal(text, &same)
	return same
}

// set plants a value at a path, in the first of several blocks.
func set(values map[string]any, path []string, v any) {
	if len(path) == 1 {
		values[path[0]] = v
		return
	}
	switch inner := values[path[0]].(type) {
	case map[string]any:
		set(inner, path[1:], v)
	case []any:
		if one, ok := inner[0].(map[string]any); ok {
			set(one, path[1:], v)
		}
	default:
		fresh := map[string]any{}
		values[path[0]] = fresh
		set(fresh, path[1:], v)
	}
}

// find gives what stands at a path, in every block on the way.
func find(v any, path string) []any {
	if path == "" {
		return []any{v}
	}
	name, rest, _ := strings.Cut(path, ".")
	switch v := v.(type) {
	case map[string]any:
		if inner, ok := v[name]; ok && inner != nil {
			return find(inner, rest)
		}
	case []any:
		var found []any
		for _, one := range v {
			found = append(found, find(one, path)...)
		}
		return found
	}
	return nil
}

// known says whether a value has no expression in it. A JSON document may have some.
func known(v any) bool {
	text, ok := v.(string)
	return !ok || !strings.Contains(text, "${") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// The functions from here to whole make what a rule holds a value against.

// pattern takes what the whole expression finds something in.
func pattern(expression string) func(any) bool {
	compiled := regexp.MustCompile(expression)
	return func(v any) bool { return compiled.MatchString(fmt.Sprint(v)) }
}

// between takes the numbers from low to high.
func between(low, high float64) func(any) bool {
	return func(v any) bool {
		n, ok := number(v)
		return ok && n >= low && n <= high
	}
}

// oneOf takes these values.
func oneOf(values ...string) func(any) bool {
	return func(v any) bool { return slices.Contains(values, fmt.Sprint(v)) }
}

// all takes what every one of the checks takes.
func all(checks ...func(any) bool) func(any) bool {
	return func(v any) bool {
		for _, check := range checks {
			if !check(v) {
				return false
			}
		}
		return true
	}
}

// no takes what the check does not.
func no(check func(any) bool) func(any) bool { return func(v any) bool { return !check(v) } }

// several takes lists of at least so many.
func several(least int) func(any) bool {
	return func(v any) bool {
		list, ok := v.([]any)
		return !ok || len(list) >= least
	}
}

// whole makes a check of a resource's values.
func whole(check func(values map[string]any) bool) func(any) bool {
	return func(v any) bool {
		values, ok := v.(map[string]any)
		return !ok || check(values)
	}
}

// number is the number that a value of JSON is or says.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case string:
		n, err := strconv.ParseFloat(v, 64)
		return n, err == nil
	}
	return 0, false
}

// ordered says that one number is not above another, where both are known.
func ordered(values map[string]any, low, high string) bool {
	a, aKnown := number(one(values, low))
	b, bKnown := number(one(values, high))
	return !aKnown || !bKnown || a <= b
}

// one is the first value at a path.
func one(values any, path string) any {
	if found := find(values, path); len(found) > 0 {
		return found[0]
	}
	return nil
}

// document is a JSON text's content.
func document(v any) any {
	var content any
	if text, ok := v.(string); ok && json.Unmarshal([]byte(text), &content) == nil {
		return content
	}
	return nil
}
