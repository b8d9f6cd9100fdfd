package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheparametergroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachereplicationgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachesubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheuser"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheusergroup"
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

// Redis is a replication group of Valkey, which speaks Redis's protocol.
type Redis struct {
	ID       string
	Endpoint string   // host name of the primary
	URL      string   // with the user, without a password
	ARNs     []string // the group and the user: who may connect to both is that user
}

// NewCache makes Valkey. The service shows who it is by IAM: a password would land in Terraform's
// state, since the provider takes none that is write-only.
func NewCache(scope constructs.Construct, id string, c CacheConfig) Redis {
	here := constructs.NewConstruct(scope, new(id))
	const name, engine, user = "debate-chatbot", "valkey", "debate-api"
	group := elasticachesubnetgroup.NewElasticacheSubnetGroup(here, new("subnets"), &elasticachesubnetgroup.ElasticacheSubnetGroupConfig{
		Name: new(name), Description: new("Private subnets for Valkey"), SubnetIds: strs(c.Subnets.Private...),
	})
	parameters := elasticacheparametergroup.NewElasticacheParameterGroup(here, new("parameters"), &elasticacheparametergroup.ElasticacheParameterGroupConfig{
		Name: new(name + "-valkey8"), Family: new("valkey8"), Description: new("A full cache drops what was used least recently"),
		Parameter: []any{&elasticacheparametergroup.ElasticacheParameterGroupParameter{Name: new("maxmemory-policy"), Value: new("allkeys-lru")}},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: new(true)},
	})
	// With IAM a user's id and name must be the same. A group for Valkey needs no default user.
	service := elasticacheuser.NewElasticacheUser(here, new("user"), &elasticacheuser.ElasticacheUserConfig{
		UserId: new(user), UserName: new(user), Engine: new(engine), AuthenticationMode: &elasticacheuser.ElasticacheUserAuthenticationMode{Type: new("iam")},
		// What the cache's tests work with.
		AccessString: new("on ~debate:* &debate:* -@all +@read +@write +@connection +@pubsub +@scripting +time -@dangerous"),
	})
	users := elasticacheusergroup.NewElasticacheUserGroup(here, new("users"), &elasticacheusergroup.ElasticacheUserGroupConfig{
		UserGroupId: new(name), Engine: new(engine), UserIds: &[]*string{service.UserId()},
	})
	logs := newLogs(here, "logs", "/elasticache/"+name, c.LogDays, c.Key)
	several := c.Cache.Nodes > 1
	redis := elasticachereplicationgroup.NewElasticacheReplicationGroup(here, new("redis"), &elasticachereplicationgroup.ElasticacheReplicationGroupConfig{
		ReplicationGroupId: new(name), Description: new("Running replies, recent turns and limits of the debate chatbot"),
		Engine: new(engine), EngineVersion: new("8.0"), NodeType: new(c.Cache.Node), NumCacheClusters: num(c.Cache.Nodes), Port: num(redisPort),
		AutomaticFailoverEnabled: new(several), MultiAzEnabled: new(several), UserGroupIds: &[]*string{users.Id()},
		SubnetGroupName: group.Name(), SecurityGroupIds: strs(c.Group), ParameterGroupName: parameters.Name(),
		AtRestEncryptionEnabled: new("true"), TransitEncryptionEnabled: new(true), KmsKeyId: new(c.Key.ARN),
		// At once: what waits for a maintenance window shows as a change in every plan until then. And
		// never by itself: the provider takes the way back from a newer version by a new group.
		ApplyImmediately: new(true), AutoMinorVersionUpgrade: new("false"),
		SnapshotRetentionLimit: num(c.Cache.BackupDays), SnapshotWindow: new("06:00-07:00"), MaintenanceWindow: new("sun:09:30-sun:10:30"),
		LogDeliveryConfiguration: []any{&elasticachereplicationgroup.ElasticacheReplicationGroupLogDeliveryConfiguration{
			Destination: logs.Name(), DestinationType: new("cloudwatch-logs"), LogFormat: new("json"), LogType: new("slow-log"),
		}},
	})
	return Redis{
		ID: *redis.Id(), Endpoint: *redis.PrimaryEndpointAddress(), URL: "rediss://" + user + "@" + *redis.PrimaryEndpointAddress() + ":6379/0",
		ARNs: []string{*redis.Arn(), *service.Arn()},
	}
}
