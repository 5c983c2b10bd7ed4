using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TransferLearning;

namespace WebClassifier;

/// <summary>The pages, the model behind them, and what keeps strangers from using up the machine.</summary>
public static class ClassifierApplication
{
    private const string Uploads = "uploads", Health = "health";

    /// <summary>Builds the application.</summary>
    /// <param name="args">Settings, such as <c>--Model FILE</c> and <c>--urls http://127.0.0.1:8080</c>.</param>
    public static WebApplication Create(params string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        ClassifierOptions options = ClassifierOptions.From(builder.Configuration);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = 1000;
            server.Limits.MinRequestBodyDataRate = null; // an upload as a whole has its time
            server.Limits.MaxRequestBodySize = 4 * Upload.Allowance(options.MaximumUploadBytes); // what is refused is read off, so that the answer arrives
        });
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Classifier>();
        builder.Services.AddProblemDetails();
        AddModel(builder.Services, options);
        AddLimits(builder.Services, options);

        WebApplication app = builder.Build();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = problem => problem is BadHttpRequestException bad ? bad.StatusCode : 500 });
        app.UseStatusCodePages();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        MapEndpoints(app);
        return app;
    }

    private static void MapEndpoints(WebApplication app)
    {
        // No cookie and no form binding: a request from another site can do nothing that its sender could not do directly, so there is no antiforgery token.
        app.MapPost("/classify", (HttpRequest request, Classifier classifier, CancellationToken cancellation) => classifier.AnswerAsync(request, cancellation))
            .RequireRateLimiting(Uploads)
            .WithRequestTimeout(Uploads);
        app.MapGet("/model", (Classifier classifier) => classifier.Summary);
        app.MapMethods("/model.onnx", [HttpMethods.Get, HttpMethods.Head], (Classifier classifier, ClassifierOptions options) =>
            classifier.IsReady && options.ShareModel
                ? Results.File(options.ModelPath, "application/octet-stream", enableRangeProcessing: true)
                : Results.Problem("There is no model yet, or it is not for downloading.", statusCode: StatusCodes.Status404NotFound));
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteHealthAsync }).RequireRateLimiting(Health); // a check predicts
    }

    private static void AddModel(IServiceCollection services, ClassifierOptions options)
    {
        if (File.Exists(options.ModelPath))
        {
            var images = new OnnxPredictorOptions { MaximumPixels = options.MaximumPixels, ApplyExifOrientation = true };
            services.AddOnnxPredictor(options.ModelPath, images).AddHealthChecks().AddOnnxPredictor("model");
        }
        else
        {
            string file = Path.GetFileName(options.Model);
            services.AddHealthChecks().AddCheck("model", () => HealthCheckResult.Unhealthy($"There is no file {file}; the page says how to make one."));
        }
    }

    private static void AddLimits(IServiceCollection services, ClassifierOptions options)
    {
        services.AddRateLimiter(limits =>
        {
            limits.AddConcurrencyLimiter(Uploads, uploads => (uploads.PermitLimit, uploads.QueueLimit) = (options.Concurrency + options.Queue, 0));
            limits.AddConcurrencyLimiter(Health, health => (health.PermitLimit, health.QueueLimit) = (1, 8));
            limits.OnRejected = async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                await Refusal.Busy().Result.ExecuteAsync(rejected.HttpContext);
            };
        });
        services.AddRequestTimeouts(timeouts => timeouts.AddPolicy(Uploads, new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(options.Patience),
            WriteTimeoutResponse = context => Refusal.TooSlow(options.Patience).Result.ExecuteAsync(context),
        }));
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        Status = $"{report.Status}",
        Checks = report.Entries.Select(entry => new { Name = entry.Key, Status = $"{entry.Value.Status}", entry.Value.Description }),
    });
}
