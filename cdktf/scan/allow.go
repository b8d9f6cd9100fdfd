package main

// allowed are the findings that stay, each with its reason.
var allowed = map[string]string{
	"AVD-AWS-0053": "the load balancer is public: it is the service's way in",
	"AVD-AWS-0104": "tasks call OpenAI, whose addresses change, on port 443 only",
	"AVD-AWS-0132": "a load balancer can write its logs to no bucket with a key of ours",
	"AVD-AWS-0036": "API_KEY_SECRET_NAME is a name, no secret",
	"AVD-AWS-0054": "without a certificate there is no HTTPS; the output says so",
}
