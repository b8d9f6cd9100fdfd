package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheparametergroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachereplicationgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachesubnetgroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// CacheConfig of NewCache.
type CacheConfig struct {
	Cache   Cache
	Subnets Subnets
	Group   string // security group
	Key     Key
	LogDays int
}

// Redis is a replication group.
type Redis struct {
	ID       string
	Endpoint string // host name of the primary
	URL      string
}

// NewCache makes Redis. Who may reach it is its security group's business alone: a password
// would land in Terraform's state, since the provider takes none that is write-only.
func NewCache(scope constructs.Construct, id string, c CacheConfig) Redis {
	here := constructs.NewConstruct(scope, str(id))
	const name = "debate-chatbot"
	group := elasticachesubnetgroup.NewElasticacheSubnetGroup(here, str("subnets"), &elasticachesubnetgroup.ElasticacheSubnetGroupConfig{
		Name: str(name), Description: str("Private subnets for Redis"), SubnetIds: strs(c.Subnets.Private...),
	})
	parameters := elasticacheparametergroup.NewElasticacheParameterGroup(here, str("parameters"), &elasticacheparametergroup.ElasticacheParameterGroupConfig{
		Name: str(name + "-7"), Family: str("redis7"), Description: str("A full cache drops what was used least recently"),
		Parameter: []any{&elasticacheparametergroup.ElasticacheParameterGroupParameter{Name: str("maxmemory-policy"), Value: str("allkeys-lru")}},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: yes(true)},
	})
	logs := newLogs(here, "logs", "/elasticache/"+name, c.LogDays, c.Key)
	several := c.Cache.Nodes > 1
	redis := elasticachereplicationgroup.NewElasticacheReplicationGroup(here, str("redis"), &elasticachereplicationgroup.ElasticacheReplicationGroupConfig{
		ReplicationGroupId: str(name), Description: str("Running replies, recent turns and limits of the debate chatbot"),
		Engine: str("redis"), EngineVersion: str("7.1"), NodeType: str(c.Cache.Node), NumCacheClusters: count(c.Cache.Nodes), Port: num(redisPort),
		AutomaticFailoverEnabled: yes(several), MultiAzEnabled: yes(several),
		SubnetGroupName: group.Name(), SecurityGroupIds: strs(c.Group), ParameterGroupName: parameters.Name(),
		AtRestEncryptionEnabled: str("true"), TransitEncryptionEnabled: yes(true), KmsKeyId: str(c.Key.ARN),
		// At once: what waits for a maintenance window shows as a change in every plan until then.
		ApplyImmediately:       yes(true),
		SnapshotRetentionLimit: count(c.Cache.BackupDays), SnapshotWindow: str("06:00-07:00"), MaintenanceWindow: str("sun:09:30-sun:10:30"),
		LogDeliveryConfiguration: []any{&elasticachereplicationgroup.ElasticacheReplicationGroupLogDeliveryConfiguration{
			Destination: logs.Name(), DestinationType: str("cloudwatch-logs"), LogFormat: str("json"), LogType: str("slow-log"),
		}},
	})
	return Redis{ID: *redis.Id(), Endpoint: *redis.PrimaryEndpointAddress(), URL: "rediss://" + *redis.PrimaryEndpointAddress() + ":6379/0"}
}
