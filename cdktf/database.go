package main

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbsubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterparametergroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// DatabaseConfig of NewDatabase.
type DatabaseConfig struct {
	Database Database
	Subnets  Subnets
	Group    string // security group
	Key      Key
	LogDays  int
	Protect  bool
	Password Secret
	Encoded  string // the password as an expression that fits into a URL
}

// Aurora is a new database cluster.
type Aurora struct {
	ID       string
	Endpoint string // host name of the writer
	URL      string // with the password as an expression over its ephemeral variable
}

// NewDatabase makes an Aurora PostgreSQL cluster that grows with its load. The service verifies
// its certificate by the roots that the image carries.
func NewDatabase(scope constructs.Construct, id string, c DatabaseConfig) Aurora {
	here := constructs.NewConstruct(scope, str(id))
	const name = "debate-chatbot"
	group := dbsubnetgroup.NewDbSubnetGroup(here, str("subnets"), &dbsubnetgroup.DbSubnetGroupConfig{
		Name: str(name), Description: str("Private subnets for Aurora"), SubnetIds: strs(c.Subnets.Private...),
	})
	major, _, _ := strings.Cut(c.Database.Version, ".")
	parameters := rdsclusterparametergroup.NewRdsClusterParameterGroup(here, str("parameters"), &rdsclusterparametergroup.RdsClusterParameterGroupConfig{
		Name: str(name + "-" + major), Family: str("aurora-postgresql" + major), Description: str("TLS only, slow statements logged"),
		Parameter: []any{
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: str("rds.force_ssl"), Value: str("1")},
			&rdsclusterparametergroup.RdsClusterParameterGroupParameter{Name: str("log_min_duration_statement"), Value: str("1000")},
		},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: yes(true)},
	})
	logs := newLogs(here, "logs", "/aws/rds/cluster/"+name+"/postgresql", c.LogDays, c.Key)
	cluster := rdscluster.NewRdsCluster(here, str("cluster"), &rdscluster.RdsClusterConfig{
		ClusterIdentifier: str(name), Engine: str("aurora-postgresql"), EngineMode: str("provisioned"), EngineVersion: str(c.Database.Version),
		DatabaseName: str("debate"), MasterUsername: str("debate"),
		MasterPasswordWo: str(c.Password.Value), MasterPasswordWoVersion: c.Password.Version,
		Serverlessv2ScalingConfiguration: &rdscluster.RdsClusterServerlessv2ScalingConfiguration{
			MinCapacity: num(c.Database.MinCapacity), MaxCapacity: num(c.Database.MaxCapacity),
		},
		DbSubnetGroupName: group.Name(), VpcSecurityGroupIds: strs(c.Group), DbClusterParameterGroupName: parameters.Name(), Port: num(postgresPort),
		StorageEncrypted: yes(true), KmsKeyId: str(c.Key.ARN), IamDatabaseAuthenticationEnabled: yes(true),
		BackupRetentionPeriod: count(c.Database.BackupDays), PreferredBackupWindow: str("07:00-08:00"), PreferredMaintenanceWindow: str("sun:08:30-sun:09:30"),
		CopyTagsToSnapshot: yes(true), EnabledCloudwatchLogsExports: strs("postgresql"),
		// At once, not at the next maintenance: a new password is in the service's secret at once too.
		ApplyImmediately:   yes(true),
		DeletionProtection: yes(c.Protect), SkipFinalSnapshot: yes(!c.Protect), FinalSnapshotIdentifier: str(name + "-final"),
		DependsOn: &[]cdktf.ITerraformDependable{logs},
	})
	for i := range c.Database.Instances {
		rdsclusterinstance.NewRdsClusterInstance(here, str(fmt.Sprintf("instance-%d", i)), &rdsclusterinstance.RdsClusterInstanceConfig{
			Identifier: str(fmt.Sprintf("%s-%d", name, i)), ClusterIdentifier: cluster.Id(), Engine: cluster.Engine(), EngineVersion: cluster.EngineVersion(),
			InstanceClass: str("db.serverless"), PubliclyAccessible: yes(false), CaCertIdentifier: str("rds-ca-rsa2048-g1"),
			PerformanceInsightsEnabled: yes(true), PerformanceInsightsKmsKeyId: str(c.Key.ARN), PromotionTier: count(min(i, 1)), ApplyImmediately: yes(true),
			// The version is the configuration's: one that moved by itself would be taken back by the next deploy, or refused.
			AutoMinorVersionUpgrade: yes(false),
		})
	}
	return Aurora{
		ID: *cluster.ClusterIdentifier(), Endpoint: *cluster.Endpoint(),
		URL: "postgres://debate:" + c.Encoded + "@" + *cluster.Endpoint() +
			":5432/debate?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-ca.pem",
	}
}
