using Extending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TransferLearning.Inference;
using TransferLearning.Models;
using TransferLearning.Transforms;

namespace TransferLearning.Tests.Documentation;

/// <summary>The snippets of docs/onnx.md.</summary>
internal static class OnnxSnippets
{
    public static void Export(Predictor model) => model.ExportOnnx("flowers.onnx");

    public static void Verify(Predictor model, DatasetSplit split)
    {
        OnnxExportResult result = model.ExportOnnx("flowers.onnx", new OnnxExportOptions
        {
            Verifier = new OnnxRuntimeVerifier(),
            VerificationImages = split.Validation,
            RequireVerification = true,
        });
        Console.WriteLine(result); // such as: flowers.onnx: 14.2 MB in float32; verified on 153 images: largest difference 0.0031, labels agree on 100.0 %
    }

    public static void VerifyBriefly(Predictor model, DatasetSplit split) =>
        model.ExportOnnx("flowers.onnx", new OnnxExportOptions { Verifier = new OnnxRuntimeVerifier(), VerificationImages = split.Validation });

    public static void Serve()
    {
        using OnnxPredictor predictor = OnnxPredictor.Load("flowers.onnx");
        Console.WriteLine(predictor.Predict("rose.jpg").Label);
    }

    public static void Host(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddOnnxPredictor("flowers.onnx", new OnnxPredictorOptions { MaximumPixels = 50_000_000 });
        builder.Services.AddHealthChecks().AddOnnxPredictor();

        WebApplication app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapPost("/predict", (IFormFile photograph, IPredictor flowers) => flowers.Predict(photograph.OpenReadStream()).Label).DisableAntiforgery();
        app.Run();
    }

    public static void HostTwo(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddKeyedOnnxPredictor("leaves", "leaves.onnx");
        builder.Services.AddHealthChecks().AddOnnxPredictor("leaves", serviceKey: "leaves");

        app.MapPost("/leaves", (IFormFile photograph, [FromKeyedServices("leaves")] IPredictor leaves) => leaves.Predict(photograph.OpenReadStream()).Label);
    }

    public static void ServeAnother()
    {
        using OnnxPredictor predictor = OnnxPredictor.Load("squeezenet.onnx", new OnnxPredictorOptions
        {
            Metadata = new ModelMetadata
            {
                Backbone = "squeezenet",
                Classes = File.ReadAllLines("imagenet-classes.txt"),
                Preprocessing = new Preprocessing { ResizeTo = 256, CropTo = 224 },
            },
        });
    }

    public static void Choose(Predictor model) => model.ExportOnnx("flowers.onnx", new OnnxExportOptions
    {
        Input = OnnxInput.Tensor,              // normalized float32 [N, 3, H, W] in place of pixels
        Output = OnnxOutput.Logits,            // in place of probabilities
        Precision = OnnxPrecision.Float16,     // half the size
        IncludeFeatures = true,                // what the head takes, as a second output
    });

    public static void OwnLayer(Predictor model) => model.ExportOnnx("flowers.onnx", new OnnxExportOptions { Operators = SmoothReluInOnnx.Operators });
}
