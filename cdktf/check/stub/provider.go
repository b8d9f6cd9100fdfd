package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/debate-chatbot/debate-api/cdktf/check/stub/rules"
	"github.com/debate-chatbot/debate-api/cdktf/check/stub/schema"
)

// provider answers Terraform's calls. What it does not need (functions, ephemeral resources,
// imports, moves) it leaves to the embedded interface; Terraform never calls those here.
type provider struct {
	tfprotov5.ProviderServer
	blocks   *schema.Provider
	schemas  tfprotov5.GetProviderSchemaResponse
	received string // file for write-only values; empty for none
	mu       sync.Mutex
	names    rules.Names // that were taken
}

func newProvider(blocks *schema.Provider, received string) (*provider, error) {
	p := &provider{blocks: blocks, received: received, names: rules.Names{}}
	config, err := toSchema(blocks.Config)
	if err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	p.schemas = tfprotov5.GetProviderSchemaResponse{
		Provider:          config,
		ResourceSchemas:   map[string]*tfprotov5.Schema{},
		DataSourceSchemas: map[string]*tfprotov5.Schema{},
	}
	for name, block := range blocks.Resources {
		if p.schemas.ResourceSchemas[name], err = toSchema(block); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, block := range blocks.Data {
		if p.schemas.DataSourceSchemas[name], err = toSchema(block); err != nil {
			return nil, fmt.Errorf("data.%s: %w", name, err)
		}
	}
	return p, nil
}

func (p *provider) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	r := &tfprotov5.GetMetadataResponse{}
	for _, name := range schema.Names(p.blocks.Resources) {
		r.Resources = append(r.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for _, name := range schema.Names(p.blocks.Data) {
		r.DataSources = append(r.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return r, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return &p.schemas, nil
}

func (p *provider) PrepareProviderConfig(_ context.Context, r *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: r.Config}, nil
}

// ConfigureProvider refuses credentials of another account than those allowed.
func (p *provider) ConfigureProvider(_ context.Context, r *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	values, err := plain(p.schemas.Provider, r.Config)
	if err != nil {
		return &tfprotov5.ConfigureProviderResponse{Diagnostics: fail(err)}, nil
	}
	allowed, _ := values["allowed_account_ids"].([]any)
	if account := fixedValues["account_id"]; len(allowed) > 0 && !slices.Contains(allowed, any(account)) {
		return &tfprotov5.ConfigureProviderResponse{Diagnostics: fail(fmt.Errorf("AWS account ID not allowed: %s", account))}, nil
	}
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// ValidateResourceTypeConfig refuses JSON documents that are none, and what AWS refuses as far as it is
// known yet; required arguments and types Terraform checks by the schema.
func (p *provider) ValidateResourceTypeConfig(_ context.Context, r *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	config, err := r.Config.Unmarshal(p.resource(r.TypeName).ValueType())
	if err != nil {
		return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: fail(err)}, nil
	}
	fields := map[string]tftypes.Value{}
	if err := config.As(&fields); err != nil {
		return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: fail(err)}, nil
	}
	for _, name := range []string{"policy", "assume_role_policy", "container_definitions", "dashboard_body"} {
		if text, ok := text(fields[name]); ok && !json.Valid([]byte(text)) {
			return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: fail(fmt.Errorf("%s.%s is not JSON", r.TypeName, name))}, nil
		}
	}
	values, err := plain(p.resource(r.TypeName), r.Config)
	if err != nil {
		return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: fail(err)}, nil
	}
	return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: refuse(rules.Check(r.TypeName, values))}, nil
}

func (p *provider) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

func (p *provider) UpgradeResourceState(_ context.Context, r *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	kind := p.resource(r.TypeName).ValueType()
	state, err := r.RawState.Unmarshal(kind)
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: fail(err)}, nil
	}
	upgraded, err := tfprotov5.NewDynamicValue(kind, state)
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: fail(err)}, nil
	}
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: &upgraded}, nil
}

func (p *provider) ReadResource(_ context.Context, r *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	return &tfprotov5.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}, nil
}

// ReadDataSource fills in whatever the configuration leaves open. It finds no version of Aurora that is
// retired, and calls one that it finds by its name.
func (p *provider) ReadDataSource(_ context.Context, r *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	values, err := plain(p.schemas.DataSourceSchemas[r.TypeName], r.Config)
	if err != nil {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: fail(err)}, nil
	}
	version, isVersion := values["version"].(string)
	if isVersion = isVersion && r.TypeName == "aws_rds_engine_version"; isVersion && rules.Retired(version) {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: fail(fmt.Errorf("no RDS engine versions found: %s", version))}, nil
	}
	state, err := rewrite(p.schemas.DataSourceSchemas[r.TypeName], r.Config, func(path []string, v tftypes.Value) tftypes.Value {
		if isVersion && path[0] == "version_actual" {
			return tftypes.NewValue(v.Type(), version)
		}
		if a, ok := p.blocks.Data[r.TypeName].At(path...); ok && a.Computed && v.IsNull() {
			return fakeValue(v.Type(), r.TypeName, path[len(path)-1])
		}
		return v
	})
	if err != nil {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: fail(err)}, nil
	}
	return &tfprotov5.ReadDataSourceResponse{State: state}, nil
}

// PlanResourceChange leaves open what AWS would compute, and never plans a write-only value.
func (p *provider) PlanResourceChange(_ context.Context, r *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	kind := p.resource(r.TypeName).ValueType()
	prior, err := r.PriorState.Unmarshal(kind)
	if err != nil {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	planned, err := rewrite(p.resource(r.TypeName), r.ProposedNewState, func(path []string, v tftypes.Value) tftypes.Value {
		a, ok := p.blocks.Resources[r.TypeName].At(path...)
		switch {
		case ok && a.WriteOnly:
			return tftypes.NewValue(v.Type(), nil)
		case ok && a.Computed && v.IsNull() && prior.IsNull():
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue)
		}
		return v
	})
	if err != nil {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	replace, err := p.replaced(r)
	if err != nil {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	return &tfprotov5.PlanResourceChangeResponse{PlannedState: planned, RequiresReplace: replace}, nil
}

// ApplyResourceChange makes up what the plan left open. It refuses to destroy what is protected,
// as AWS would.
func (p *provider) ApplyResourceChange(_ context.Context, r *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	kind := p.resource(r.TypeName).ValueType()
	planned, err := r.PlannedState.Unmarshal(kind)
	if err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	if planned.IsNull() {
		if err := p.protected(r); err != nil {
			return &tfprotov5.ApplyResourceChangeResponse{NewState: r.PriorState, Diagnostics: fail(err)}, nil
		}
		return &tfprotov5.ApplyResourceChangeResponse{NewState: r.PlannedState}, nil
	}
	if err := p.receive(r); err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	refused, err := p.refused(r)
	if err != nil || len(refused) > 0 {
		return &tfprotov5.ApplyResourceChangeResponse{NewState: r.PriorState, Diagnostics: append(fail(err), refuse(refused)...)}, nil
	}
	// Two objects of a type differ in what was asked for, hence in what is made up.
	seed := fmt.Sprintf("%s-%x", r.TypeName, sha256.Sum256(append(r.PlannedState.MsgPack, r.PlannedState.JSON...)))
	state, err := rewrite(p.resource(r.TypeName), r.PlannedState, func(path []string, v tftypes.Value) tftypes.Value {
		if !v.IsKnown() {
			return fakeValue(v.Type(), seed, path[len(path)-1])
		}
		return v
	})
	if err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: fail(err)}, nil
	}
	return &tfprotov5.ApplyResourceChangeResponse{NewState: state}, nil
}

// refused says why AWS would not make this, or change it so, now that all of it is known.
func (p *provider) refused(r *tfprotov5.ApplyResourceChangeRequest) ([]string, error) {
	values, err := plain(p.resource(r.TypeName), r.Config)
	if err != nil {
		return nil, err
	}
	before, err := plain(p.resource(r.TypeName), r.PriorState)
	if err != nil {
		return nil, err
	}
	refused := rules.Check(r.TypeName, values)
	if before != nil {
		return append(refused, rules.Change(r.TypeName, before, values)...), nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return append(refused, p.names.Take(r.TypeName, values)...), nil
}

// fixed are attributes with which a resource is made anew, beside those that are computed.
var fixed = map[string][]string{
	"aws_security_group": {"name", "description", "vpc_id"}, "aws_lb": {"name", "internal"}, "aws_lb_target_group": {"name", "port", "protocol", "protocol_version", "target_type", "vpc_id"},
	"aws_ecs_cluster": {"name"}, "aws_iam_role": {"name"}, "aws_cloudwatch_log_group": {"name"}, "aws_secretsmanager_secret": {"name"}, "aws_s3_bucket": {"bucket"},
	"aws_rds_cluster": {"cluster_identifier", "database_name", "engine", "master_username", "storage_encrypted"}, "aws_subnet": {"cidr_block", "availability_zone"},
	"aws_ecs_service": {"name", "cluster", "launch_type"}, "aws_lambda_function": {"function_name"}, "aws_vpc": {"cidr_block"},
}

// replaced names what a resource would be made anew for. A service's strategy is changed in place only with
// force_new_deployment, as the provider's documents say of capacity_provider_strategy.
func (p *provider) replaced(r *tfprotov5.PlanResourceChangeRequest) ([]*tftypes.AttributePath, error) {
	before, err := plain(p.resource(r.TypeName), r.PriorState)
	if err != nil || before == nil {
		return nil, err
	}
	after, err := plain(p.resource(r.TypeName), r.ProposedNewState)
	if err != nil || after == nil {
		return nil, err
	}
	attributes := fixed[r.TypeName]
	if r.TypeName == "aws_ecs_service" && after["force_new_deployment"] != true {
		attributes = append(slices.Clone(attributes), "capacity_provider_strategy")
	}
	var paths []*tftypes.AttributePath
	for _, name := range attributes {
		if !reflect.DeepEqual(before[name], after[name]) {
			paths = append(paths, tftypes.NewAttributePath().WithAttributeName(name))
		}
	}
	return paths, nil
}

// protected says why AWS would not delete this.
func (p *provider) protected(r *tfprotov5.ApplyResourceChangeRequest) error {
	prior, err := r.PriorState.Unmarshal(p.resource(r.TypeName).ValueType())
	if err != nil {
		return err
	}
	fields := map[string]tftypes.Value{}
	if err := prior.As(&fields); err != nil {
		return err
	}
	for _, name := range []string{"deletion_protection", "enable_deletion_protection"} {
		if isTrue(fields[name]) {
			return fmt.Errorf("%s has %s: it cannot be deleted", r.TypeName, name)
		}
	}
	for _, name := range []string{"force_delete", "force_destroy"} {
		if v, ok := fields[name]; ok && strings.Contains("aws_ecr_repository aws_s3_bucket", r.TypeName) && !isTrue(v) {
			return fmt.Errorf("%s is not empty and has no %s: it cannot be deleted", r.TypeName, name)
		}
	}
	if skip, ok := fields["skip_final_snapshot"]; ok && !isTrue(skip) {
		if _, ok := text(fields["final_snapshot_identifier"]); !ok && r.TypeName == "aws_rds_cluster" {
			return fmt.Errorf("%s needs final_snapshot_identifier: it cannot be deleted", r.TypeName)
		}
	}
	return nil
}

// receive notes the write-only values of the configuration.
func (p *provider) receive(r *tfprotov5.ApplyResourceChangeRequest) error {
	if p.received == "" {
		return nil
	}
	var lines strings.Builder
	_, err := rewrite(p.resource(r.TypeName), r.Config, func(path []string, v tftypes.Value) tftypes.Value {
		if a, ok := p.blocks.Resources[r.TypeName].At(path...); ok && a.WriteOnly {
			if text, ok := text(v); ok {
				fmt.Fprintf(&lines, "%s.%s=%s\n", r.TypeName, strings.Join(path, "."), text)
			}
		}
		return v
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	file, err := os.OpenFile(p.received, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(lines.String()); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}

func (p *provider) resource(name string) *tfprotov5.Schema { return p.schemas.ResourceSchemas[name] }

// rewrite applies change to every attribute of a value, with its path of names.
func rewrite(s *tfprotov5.Schema, from *tfprotov5.DynamicValue, change func([]string, tftypes.Value) tftypes.Value) (*tfprotov5.DynamicValue, error) {
	kind := s.ValueType()
	value, err := from.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	value, err = tftypes.Transform(value, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if names := names(path); len(names) > 0 {
			return change(names, v), nil
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	to, err := tfprotov5.NewDynamicValue(kind, value)
	return &to, err
}

// text is a known string's text.
func text(v tftypes.Value) (string, bool) {
	var s string
	if v.Type() == nil || !v.Type().Is(tftypes.String) || v.IsNull() || !v.IsKnown() || v.As(&s) != nil {
		return "", false
	}
	return s, true
}

func isTrue(v tftypes.Value) bool {
	var b bool
	return v.Type() != nil && v.Type().Is(tftypes.Bool) && v.IsKnown() && !v.IsNull() && v.As(&b) == nil && b
}

func refuse(refused []string) []*tfprotov5.Diagnostic {
	var diagnostics []*tfprotov5.Diagnostic
	for _, text := range refused {
		diagnostics = append(diagnostics, fail(errors.New(text))...)
	}
	return diagnostics
}

func fail(err error) []*tfprotov5.Diagnostic {
	if err == nil {
		return nil
	}
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: err.Error()}}
}
