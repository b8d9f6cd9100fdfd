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
	here := constructs.NewConstruct(scope, str(id))
	const name, engine = "debate-chatbot", "aurora-postgresql"
	group := dbsubnetgroup.NewDbSubnetGroup(here, str("subnets"), &dbsubnetgroup.DbSubnetGroupConfig{
		Name: str(name), Description: str("Private subnets for Aurora"), SubnetIds: strs(c.Subnets.Private...),
	})
	// A version that AWS no longer offers fails in the plan, not ten minutes into the deploy.
	version := dataawsrdsengineversion.NewDataAwsRdsEngineVersion(here, str("version"), &dataawsrdsengineversion.DataAwsRdsEngineVersionConfig{
		Engine: str(engine), Version: str(c.Database.Version),
	})
	major, _, _ := strings.Cut(c.Database.Version, ".")
	parameters := rdsclusterparametergroup.NewRdsClusterParameterGroup(here, str("parameters"), &rdsclusterparametergroup.RdsClusterParameterGroupConfig{
		Name: str(name + "-" + major), Family: str(engine + major), Description: str("TLS only, slow statements logged"),
		Parameter: []any{
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: str("rds.force_ssl"), Value: str("1")},
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: str("log_min_duration_statement"), Value: str("1000")},
		},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: yes(true)},
	})
	logs := newLogs(here, "logs", "/aws/rds/cluster/"+name+"/postgresql", c.LogDays, c.Key)
	scaling := &rdscluster.RdsClusterServerlessv2ScalingConfiguration{MinCapacity: num(c.Database.MinCapacity), MaxCapacity: num(c.Database.MaxCapacity)}
	if c.Database.MinCapacity == 0 {
		scaling.SecondsUntilAutoPause = num(300)
	}
	cluster := rdscluster.NewRdsCluster(here, str("cluster"), &rdscluster.RdsClusterConfig{
		ClusterIdentifier: str(name), Engine: str(engine), EngineMode: str("provisioned"), EngineVersion: version.VersionActual(),
		AllowMajorVersionUpgrade: yes(c.Database.MajorUpgrade),
		DatabaseName:             str("debate"), MasterUsername: str("debate"),
		// RDS makes the owner's password, keeps it in a secret of its own and changes it every seven days.
		ManageMasterUserPassword: yes(true), MasterUserSecretKmsKeyId: str(c.Key.ARN),
		Serverlessv2ScalingConfiguration: scaling,
		DbSubnetGroupName:                group.Name(), VpcSecurityGroupIds: strs(c.Group), DbClusterParameterGroupName: parameters.Name(), Port: num(postgresPort),
		StorageEncrypted: yes(true), KmsKeyId: str(c.Key.ARN), IamDatabaseAuthenticationEnabled: yes(true),
		// People run statements through the Data API, by their IAM rights: no host stands open for them.
		EnableHttpEndpoint:    yes(c.Database.DataAPI),
		BackupRetentionPeriod: count(c.Database.BackupDays), PreferredBackupWindow: str("07:00-08:00"), PreferredMaintenanceWindow: str("sun:08:30-sun:09:30"),
		CopyTagsToSnapshot: yes(true), EnabledCloudwatchLogsExports: strs("postgresql"),
		DatabaseInsightsMode: str("standard"),
		// What waits for a maintenance window shows as a change in every plan until then.
		ApplyImmediately:   yes(true),
		DeletionProtection: yes(c.Protect), SkipFinalSnapshot: yes(!c.Protect), FinalSnapshotIdentifier: str(name + "-final"),
		DependsOn: &[]cdktf.ITerraformDependable{logs},
	})
	aurora := Aurora{
		Pauses: c.Database.MinCapacity == 0,
		ID:     *cluster.ClusterIdentifier(), Endpoint: *cluster.Endpoint(), Owner: *cluster.MasterUserSecret().Get(num(0)).SecretArn(),
		Login: c.AWS.ARN("rds-db", "dbuser:"+*cluster.ClusterResourceId()+"/"+databaseRole),
		URL:   `join("", ["postgres://", ` + *cluster.Endpoint() + `, ":5432/debate?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-ca.pem"])`,
	}
	for i := range c.Database.Instances {
		aurora.Ready = append(aurora.Ready, rdsclusterinstance.NewRdsClusterInstance(here, str(fmt.Sprintf("instance-%d", i)), &rdsclusterinstance.RdsClusterInstanceConfig{
			Identifier: str(fmt.Sprintf("%s-%d", name, i)), ClusterIdentifier: cluster.Id(), Engine: cluster.Engine(), EngineVersion: cluster.EngineVersion(),
			InstanceClass: str("db.serverless"), PubliclyAccessible: yes(false), CaCertIdentifier: str("rds-ca-rsa2048-g1"),
			PerformanceInsightsEnabled: yes(true), PerformanceInsightsKmsKeyId: str(c.Key.ARN), PromotionTier: count(min(i, 1)), ApplyImmediately: yes(true),
			// The version is the configuration's: one that moved by itself would be taken back by the next deploy, or refused.
			AutoMinorVersionUpgrade: yes(false),
		}))
	}
	return aurora
}
