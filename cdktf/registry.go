package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrlifecyclepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
)

// RegistryConfig of NewRegistry.
type RegistryConfig struct {
	Key     Key
	Protect bool
}

// Registry is the image repository.
type Registry struct {
	ARN string
	URL string
}

// NewRegistry makes the repository. Its tags are immutable: a tag that was deployed once names
// the same image for ever, so that a rollback finds it.
func NewRegistry(scope constructs.Construct, id string, c RegistryConfig) Registry {
	here := constructs.NewConstruct(scope, new(id))
	repository := ecrrepository.NewEcrRepository(here, new("repository"), &ecrrepository.EcrRepositoryConfig{
		Name:                       new("debate-api"),
		ImageTagMutability:         new("IMMUTABLE"),
		ForceDelete:                new(!c.Protect),
		ImageScanningConfiguration: &ecrrepository.EcrRepositoryImageScanningConfiguration{ScanOnPush: new(true)},
		EncryptionConfiguration: []any{&ecrrepository.EcrRepositoryEncryptionConfiguration{
			EncryptionType: new("KMS"), KmsKey: new(c.Key.ARN),
		}},
	})
	type selection struct {
		TagStatus      string   `json:"tagStatus"`
		TagPatternList []string `json:"tagPatternList,omitempty"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit,omitempty"`
		CountNumber    int      `json:"countNumber"`
	}
	type rule struct {
		RulePriority int               `json:"rulePriority"`
		Description  string            `json:"description"`
		Selection    selection         `json:"selection"`
		Action       map[string]string `json:"action"`
	}
	expire := map[string]string{"type": "expire"}
	ecrlifecyclepolicy.NewEcrLifecyclePolicy(here, new("lifecycle"), &ecrlifecyclepolicy.EcrLifecyclePolicyConfig{
		Repository: repository.Name(),
		Policy: document(map[string]any{"rules": []rule{
			{1, "Expire untagged images after a day", selection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: 1}, expire},
			{2, "Keep the last 10 tagged images", selection{TagStatus: "tagged", TagPatternList: []string{"*"}, CountType: "imageCountMoreThan", CountNumber: 10}, expire},
		}}),
	})
	return Registry{ARN: *repository.Arn(), URL: *repository.RepositoryUrl()}
}
