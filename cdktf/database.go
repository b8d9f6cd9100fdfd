package main

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsrdsengineversion"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbsubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterparametergroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// DatabaseConfig of NewDatabase.
type DatabaseConfig struct {
	AWS      AWSScope
	Database Database
	Subnets  Subnets
	Group    string // security group
	Key      Key
	LogDays  int
	Protect  bool
}

// Aurora is a new database cluster.
type Aurora struct {
	ID       string
	Endpoint string // host name of the writer
	URL      string // an expression; without user and password
	Owner    string // ARN of the secret with the owner's user name and password, which RDS makes and changes
	Login    string // ARN of a login by IAM as databaseRole
	Pauses   bool   // while nobody is connected
	// Ready must be there before anything connects: a cluster alone has no server.
	Ready []cdktf.ITerraformDependable
}

// databaseRole is whom the service logs in as by IAM: it may read and write rows, and no more.
const databaseRole = "debate_app"

// NewDatabase makes an Aurora PostgreSQL cluster that grows with its load. The service verifies
// its certificate by the roots that the image carries.
func NewDatabase(scope constructs.Construct, id string, c DatabaseConfig) Aurora {
	here := constructs.NewConstruct(scope, new(id))
	const name, engine = "debate-chatbot", "aurora-postgresql"
	group := dbsubnetgroup.NewDbSubnetGroup(here, new("subnets"), &dbsubnetgroup.DbSubnetGroupConfig{
		Name: new(name), Description: new("Private subnets for Aurora"), SubnetIds: strs(c.Subnets.Private...),
	})
	// A version that AWS no longer offers fails in the plan, not ten minutes into the deploy.
	version := dataawsrdsengineversion.NewDataAwsRdsEngineVersion(here, new("version"), &dataawsrdsengineversion.DataAwsRdsEngineVersionConfig{
		Engine: new(engine), Version: new(c.Database.Version),
	})
	major, _, _ := strings.Cut(c.Database.Version, ".")
	parameters := rdsclusterparametergroup.NewRdsClusterParameterGroup(here, new("parameters"), &rdsclusterparametergroup.RdsClusterParameterGroupConfig{
		Name: new(name + "-" + major), Family: new(engine + major), Description: new("TLS only, slow statements logged"),
		Parameter: []any{
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: new("rds.force_ssl"), Value: new("1")},
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: new("log_min_duration_statement"), Value: new("1000")},
		},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: new(true)},
	})
	logs := newLogs(here, "logs", "/aws/rds/cluster/"+name+"/postgresql", c.LogDays, c.Key)
	scaling := &rdscluster.RdsClusterServerlessv2ScalingConfiguration{MinCapacity: new(c.Database.MinCapacity), MaxCapacity: new(c.Database.MaxCapacity)}
	if c.Database.MinCapacity == 0 {
		scaling.SecondsUntilAutoPause = num(300)
	}
	cluster := rdscluster.NewRdsCluster(here, new("cluster"), &rdscluster.RdsClusterConfig{
		ClusterIdentifier: new(name), Engine: new(engine), EngineMode: new("provisioned"), EngineVersion: version.VersionActual(),
		AllowMajorVersionUpgrade: new(c.Database.MajorUpgrade),
		DatabaseName:             new("debate"), MasterUsername: new("debate"),
		// RDS makes the owner's password, keeps it in a secret of its own and changes it every seven days.
		ManageMasterUserPassword: new(true), MasterUserSecretKmsKeyId: new(c.Key.ARN),
		Serverlessv2ScalingConfiguration: scaling,
		DbSubnetGroupName:                group.Name(), VpcSecurityGroupIds: strs(c.Group), DbClusterParameterGroupName: parameters.Name(), Port: num(postgresPort),
		StorageEncrypted: new(true), KmsKeyId: new(c.Key.ARN), IamDatabaseAuthenticationEnabled: new(true),
		// People run statements through the Data API, by their IAM rights: no host stands open for them.
		EnableHttpEndpoint:    new(c.Database.DataAPI),
		BackupRetentionPeriod: num(c.Database.BackupDays), PreferredBackupWindow: new("07:00-08:00"), PreferredMaintenanceWindow: new("sun:08:30-sun:09:30"),
		CopyTagsToSnapshot: new(true), EnabledCloudwatchLogsExports: strs("postgresql"),
		DatabaseInsightsMode: new("standard"),
		// What waits for a maintenance window shows as a change in every plan until then.
		ApplyImmediately:   new(true),
		DeletionProtection: new(c.Protect), SkipFinalSnapshot: new(!c.Protect), FinalSnapshotIdentifier: new(name + "-final"), Lifecycle: keep(c.Protect),
		DependsOn: &[]cdktf.ITerraformDependable{logs},
	})
	aurora := Aurora{
		Pauses: c.Database.MinCapacity == 0,
		ID:     *cluster.ClusterIdentifier(), Endpoint: *cluster.Endpoint(), Owner: *cluster.MasterUserSecret().Get(num(0)).SecretArn(),
		Login: c.AWS.ARN("rds-db", "dbuser:"+*cluster.ClusterResourceId()+"/"+databaseRole),
		URL:   `join("", ["postgres://", ` + *cluster.Endpoint() + `, ":5432/debate?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-ca.pem"])`,
	}
	for i := range c.Database.Instances {
		aurora.Ready = append(aurora.Ready, rdsclusterinstance.NewRdsClusterInstance(here, new(fmt.Sprintf("instance-%d", i)), &rdsclusterinstance.RdsClusterInstanceConfig{
			Identifier: new(fmt.Sprintf("%s-%d", name, i)), ClusterIdentifier: cluster.Id(), Engine: cluster.Engine(), EngineVersion: cluster.EngineVersion(),
			InstanceClass: new("db.serverless"), PubliclyAccessible: new(false), CaCertIdentifier: new("rds-ca-rsa2048-g1"),
			PerformanceInsightsEnabled: new(true), PerformanceInsightsKmsKeyId: new(c.Key.ARN), PromotionTier: num(min(i, 1)), ApplyImmediately: new(true),
			// The version is the configuration's: one that moved by itself would be taken back by the next deploy, or refused.
			AutoMinorVersionUpgrade: new(false),
		}))
	}
	return aurora
}
