using TransferLearning.Imaging;
using TransferLearning.Inference;

namespace WebClassifier;

/// <summary>Answers requests: reads the upload, looks at its header, and lets the model predict, a few at a time.</summary>
internal sealed class Classifier(ClassifierOptions options, IPredictor? predictor = null) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Concurrency);
    private readonly IImageDecoder _decoder = new SkiaImageDecoder();

    public bool IsReady => predictor is not null;

    public ModelSummary Summary => ModelSummary.Of(options, predictor);

    public async Task<IResult> AnswerAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            IPredictor model = predictor ?? throw Refusal.NoModel();
            ReadOnlyMemory<byte> image = await Upload.ReadAsync(request, options.MaximumUploadBytes, cancellation);
            Check(image.Span);

            await _turns.WaitAsync(cancellation); // as many wait as requests are let in
            try
            {
                return TypedResults.Ok(Answer.To(model.Predict(image.Span)));
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Refusal refusal)
        {
            return refusal.Result;
        }
        catch (BadHttpRequestException problem)
        {
            return TypedResults.Problem(statusCode: problem.StatusCode, title: "The upload cannot be read");
        }
        catch (ImageFormatException problem)
        {
            return Refusal.Unusable(problem.Reason).Result;
        }
    }

    public void Dispose() => _turns.Dispose();

    private void Check(ReadOnlySpan<byte> image)
    {
        if (!_decoder.TryReadHeader(image, out ImageHeader header))
            throw Refusal.NoImage();
        if ((long)header.Width * header.Height > options.MaximumPixels)
            throw Refusal.TooManyPixels(header.Width, header.Height, options.MaximumPixels);
    }
}
