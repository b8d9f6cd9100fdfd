package rules

import (
	"fmt"
	"slices"
	"strings"
)

// The checks of table.go's rules that look at several values, or into one: each says whether AWS would
// take them. Where a value is not known yet they say yes.

// plant sets attributes; nil takes one away.
func plant(pairs ...any) func(map[string]any) {
	return func(values map[string]any) {
		for i := 0; i < len(pairs); i += 2 {
			name, _ := pairs[i].(string)
			if pairs[i+1] == nil {
				delete(values, name)
			} else {
				values[name] = pairs[i+1]
			}
		}
	}
}

// filler is a text that is too long for something.
func filler(length int) string { return strings.Repeat("x", length) }

// longest takes texts of at most so many bytes.
func longest(length int) func(any) bool {
	return func(v any) bool { return len(fmt.Sprint(v)) <= length }
}

// ports says that a rule of a security group goes from a port to one that is not below it.
func ports(v map[string]any) bool {
	for _, name := range []string{"from_port", "to_port"} {
		if n, ok := number(v[name]); ok && (n < -1 || n > 65535) {
			return false
		}
	}
	return ordered(v, "from_port", "to_port")
}

// oneSource says that a rule of a security group names one other end, and no second.
func oneSource(v map[string]any) bool {
	given := 0
	for _, name := range []string{"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"} {
		if v[name] != nil {
			given++
		}
	}
	return given == 1
}

// trailCondition is a role's trust in CloudTrail under a condition, by which no trail can be made.
const trailCondition = `{"Statement":[{"Principal":{"Service":"cloudtrail.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}`

// trailTrust says that a role trusts CloudTrail without a condition, or trusts another service.
func trailTrust(v any) bool {
	text := fmt.Sprint(v)
	return !strings.Contains(text, "cloudtrail.amazonaws.com") || !strings.Contains(text, "aws:Source")
}

// sids says that the names of a policy's statements are letters and digits.
func sids(v any) bool {
	for _, sid := range find(document(v), "Statement.Sid") {
		if !pattern(`^[A-Za-z0-9]*$`)(sid) {
			return false
		}
	}
	return true
}

// matcher says that a target group waits for codes that its protocol has: gRPC's or HTTP's.
func matcher(v map[string]any) bool {
	code, ok := number(one(v, "health_check.matcher"))
	if !ok {
		return true
	}
	if v["protocol_version"] == "GRPC" {
		return code <= 99
	}
	return code >= 200 && code <= 499
}

// lifecycle says that each rule of a registry has a priority of its own and, for tagged images, says which.
func lifecycle(v any) bool {
	list, _ := one(document(v), "rules").([]any)
	priorities := map[any]bool{}
	for _, rule := range list {
		priority := one(rule, "rulePriority")
		tags, _ := one(rule, "selection.tagPatternList").([]any)
		prefixes, _ := one(rule, "selection.tagPrefixList").([]any)
		if priorities[priority] || one(rule, "selection.tagStatus") == "tagged" && len(tags)+len(prefixes) == 0 {
			return false
		}
		priorities[priority] = true
	}
	return len(list) > 0
}

// widgets says that a dashboard has some, of kinds that there are, within its 24 columns.
func widgets(v any) bool {
	list, _ := one(document(v), "widgets").([]any)
	for _, widget := range list {
		x, _ := number(one(widget, "x"))
		width, _ := number(one(widget, "width"))
		if !oneOf("metric", "alarm", "log", "text", "explorer")(one(widget, "type")) || x+width > 24 {
			return false
		}
	}
	return len(list) > 0 && len(list) <= 500
}

// apart says that a daily window and a weekly one do not overlap; neither passes midnight here.
func apart(dailyName, weeklyName string) func(map[string]any) bool {
	return func(v map[string]any) bool {
		day, ok := v[dailyName].(string)
		week, ok2 := v[weeklyName].(string)
		if !ok || !ok2 || !pattern(daily)(day) || !pattern(window)(week) {
			return true
		}
		from, to := week[4:9], week[len(week)-5:]
		return day[6:] <= from || to <= day[:5]
	}
}

// halves takes the halves and wholes between two numbers, as Aurora's capacity is given.
func halves(low, high float64) func(any) bool {
	return func(v any) bool {
		n, ok := number(v)
		return ok && n >= low && n <= high && n*2 == float64(int(n*2))
	}
}

// pauses says that only a database that may shrink to nothing pauses, after five minutes to a day, and that
// its least capacity is not above the largest.
func pauses(v map[string]any) bool {
	const scaling = "serverlessv2_scaling_configuration."
	least, ok := number(one(v, scaling+"min_capacity"))
	seconds, pauses := number(one(v, scaling+"seconds_until_auto_pause"))
	if ok && pauses && (least > 0 || seconds < 300 || seconds > 86400) {
		return false
	}
	return ordered(v, scaling+"min_capacity", scaling+"max_capacity")
}

// engines says that ElastiCache has the version of the engine.
func engines(v map[string]any) bool {
	version, ok := v["engine_version"].(string)
	if !ok || !known(version) {
		return true
	}
	switch v["engine"] {
	case "redis":
		return pattern(`^(5\.0\.6|6\.x|6\.[02]|7\.[01])$`)(version)
	case "valkey":
		return pattern(`^(7\.2|8\.\d|9\.\d)$`)(version)
	}
	return false
}

// failover says that what fails over has a second node, and what is in several zones fails over.
func failover(v map[string]any) bool {
	nodes, ok := number(v["num_cache_clusters"])
	failover := v["automatic_failover_enabled"] == true
	return (!failover || !ok || nodes > 1) && (v["multi_az_enabled"] != true || failover)
}

// strategy says that at most one kind of capacity has a base, and that some kind has a weight.
func strategy(v map[string]any) bool {
	list, ok := v["capacity_provider_strategy"].([]any)
	bases, weights := 0, 0.0
	for _, item := range list {
		if base, _ := number(one(item, "base")); base > 0 {
			bases++
		}
		weight, _ := number(one(item, "weight"))
		weights += weight
	}
	return !ok || len(list) == 0 || bases <= 1 && weights > 0 && len(list) <= 20
}

// memories are what Fargate has for each CPU: from, to and in steps of MiB.
var memories = map[string][3]float64{
	"256": {512, 2048, 512}, "512": {1024, 4096, 1024}, "1024": {2048, 8192, 1024}, "2048": {4096, 16384, 1024}, "4096": {8192, 30720, 1024},
	"8192": {16384, 61440, 4096}, "16384": {32768, 122880, 8192},
}

// fargate says that Fargate has that much memory for that CPU.
func fargate(v map[string]any) bool {
	range_, ok := memories[fmt.Sprint(v["cpu"])]
	memory, known := number(v["memory"])
	if !known {
		return true
	}
	return ok && memory >= range_[0] && memory <= range_[1] && int(memory)%int(range_[2]) == 0
}

// each checks every container of a definition.
func each(check func(container any) bool) func(any) bool {
	return func(v any) bool {
		list, _ := document(v).([]any)
		return len(list) > 0 && !slices.ContainsFunc(list, func(c any) bool { return !check(c) })
	}
}

// health says that the times and tries of a container's health check are within ECS's bounds.
func health(container any) bool {
	for name, bounds := range map[string][2]float64{"interval": {5, 300}, "timeout": {2, 60}, "retries": {1, 10}, "startPeriod": {0, 300}} {
		if v := one(container, "healthCheck."+name); v != nil && !between(bounds[0], bounds[1])(v) {
			return false
		}
	}
	return true
}

// variables says that no variable of a container is given twice.
func variables(container any) bool {
	seen := map[any]bool{}
	for _, name := range append(find(container, "environment.name"), find(container, "secrets.name")...) {
		if seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}
