package main

import (
	_ "github.com/aquasecurity/trivy/pkg/iac/scanners/dockerfile"
	_ "github.com/aquasecurity/trivy/pkg/iac/scanners/terraform"
	_ "github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
)

func main() {}
