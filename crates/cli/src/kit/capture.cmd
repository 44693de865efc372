@echo off
rem Records with Process Monitor what Windows does while the problem is shown, and collects
rem what procmonkey reads beside it. README.txt says how to use it.
rem
rem   capture.cmd                   records until a key is pressed
rem   capture.cmd 60                records for 60 seconds
rem   capture.cmd boot              records the next start of Windows
rem   capture.cmd bootlog           after that start: saves what was recorded
rem   capture.cmd wait D:\cases     as the first, with the results below D:\cases
setlocal EnableExtensions DisableDelayedExpansion

set "HERE=%~dp0"
set "MODE=%~1"
set "BASE=%~2"
if not defined MODE set "MODE=wait"
set "SECONDS="
if /i "%MODE%"=="wait" goto known
if /i "%MODE%"=="boot" goto known
if /i "%MODE%"=="bootlog" goto known
set "REST="
for /f "delims=0123456789" %%D in ("%MODE%") do set "REST=%%D"
if defined REST goto usage
if "%MODE:~0,1%"=="0" goto usage
if not "%MODE%"=="%MODE:~0,5%" goto usage
set "SECONDS=%MODE%"

:known
set "LACKING="
for %%F in (procmon.pmc case.json witnesses.cmd) do if not exist "%HERE%%%F" set "LACKING=%%F"
if defined LACKING goto not_whole

rem Only an administrator may ask this.
fsutil dirty query "%SystemDrive%" >nul 2>&1
if errorlevel 1 goto not_admin

set "ARCH=%PROCESSOR_ARCHITECTURE%"
if defined PROCESSOR_ARCHITEW6432 set "ARCH=%PROCESSOR_ARCHITEW6432%"
set "NAMES=Procmon64.exe Procmon.exe"
if /i "%ARCH%"=="ARM64" set "NAMES=Procmon64a.exe Procmon.exe"
if /i "%ARCH%"=="x86" set "NAMES=Procmon.exe"
set "PROCMON="
for %%P in (%NAMES%) do if not defined PROCMON if exist "%HERE%%%P" set "PROCMON=%HERE%%%P"
for %%P in (%NAMES%) do if not defined PROCMON set "PROCMON=%%~$PATH:P"
if not defined PROCMON goto no_procmon

rem Stopping ours would stop every Procmon of this computer.
call :look_for_procmon
if defined RUNNING goto running
if /i "%MODE%"=="boot" goto boot
if /i "%MODE%"=="bootlog" goto folder
rem Procmon would ask what to do with it, and wait for the answer.
if exist "%SystemRoot%\Procmon.pmb" goto unsaved

:folder
set "PREFIX=%HERE%"
if defined BASE set "PREFIX=%BASE%\"
call :new_folder
if defined OUT goto folder_made
if defined BASE goto no_folder
rem The kit lies on something that cannot be written.
set "PREFIX=%SystemDrive%\procmonkey\"
call :new_folder
if not defined OUT goto no_folder

:folder_made
copy "%HERE%case.json" "%OUT%\case.json" >nul
if not exist "%OUT%\case.json" goto no_folder
if /i "%MODE%"=="bootlog" goto bootlog

echo Starting Procmon. It writes to "%OUT%\capture.pml".
start "" "%PROCMON%" /AcceptEula /Quiet /Minimized /LoadConfig "%HERE%procmon.pmc" /BackingFile "%OUT%\capture.pml"
set /a TRIES=0
:starting
if exist "%OUT%\capture.pml" goto started
set /a TRIES+=1
if %TRIES% gtr 60 goto not_started
call :second
goto starting

:started
"%PROCMON%" /WaitForIdle
echo.
if defined SECONDS goto timed
echo Recording. Show the problem now, such as by starting the service that fails.
echo When it has been shown, come back to this window.
pause
goto stop

:timed
echo Recording for %SECONDS% seconds. Show the problem now.
set /a PINGS=SECONDS+1
ping -n %PINGS% 127.0.0.1 >nul

:stop
echo Stopping Procmon ...
"%PROCMON%" /Quiet /Terminate
call :wait_for_end
if defined RUNNING echo Procmon is still running. Wait until it has ended before you copy the folder.
goto saved

:boot
start "" "%PROCMON%" /AcceptEula /Quiet /EnableBootLogging
echo The next start of Windows will be recorded, that start only. If Procmon asks something,
echo answer it; if its window stays open, close it.
echo.
echo Now restart Windows. When the problem has shown itself, run: capture.cmd bootlog
pause
exit /b 0

:bootlog
echo Saving the boot log to "%OUT%\capture.pml". This takes some minutes.
echo If Procmon shows the log at the end, close its window.
"%PROCMON%" /AcceptEula /Quiet /ConvertBootLog "%OUT%\capture.pml"
call :wait_for_end

:saved
if not exist "%OUT%\capture.pml" goto nothing_saved
for %%F in ("%OUT%\capture.pml") do if "%%~zF"=="0" goto nothing_saved
set "STATUS=0"
goto witnesses

:nothing_saved
echo There is no capture: Procmon has written nothing to "%OUT%\capture.pml".
if /i "%MODE%"=="bootlog" echo Run "capture.cmd boot" and restart Windows before "capture.cmd bootlog".
set "STATUS=1"

:witnesses
set "PROCMONKEY_OUT=%OUT%"
pushd "%HERE%"
call .\witnesses.cmd
popd
echo.
echo Bring back this folder with all that is in it:
echo   "%OUT%"
echo There, procmonkey analyze FOLDER reads it. It names users, computers, programs and files.
if not defined SECONDS pause
exit /b %STATUS%

rem ---- what is used above

:look_for_procmon
set "RUNNING="
for %%P in (Procmon.exe Procmon64.exe Procmon64a.exe) do call :look_for %%P
exit /b 0

:look_for
tasklist 2>nul | "%SystemRoot%\System32\find.exe" /i "%1" >nul
if not errorlevel 1 set "RUNNING=%1"
exit /b 0

:wait_for_end
set /a TRIES=0
:ending
call :look_for_procmon
if not defined RUNNING exit /b 0
set /a TRIES+=1
if %TRIES% gtr 600 exit /b 0
call :second
goto ending

:second
ping -n 2 127.0.0.1 >nul
exit /b 0

rem A folder that was not there before, so that no earlier result is replaced.
:new_folder
set "OUT="
set /a NUMBER=0
:next_number
set /a NUMBER+=1
if %NUMBER% gtr 9999 exit /b 0
if exist "%PREFIX%result-%NUMBER%" goto next_number
md "%PREFIX%result-%NUMBER%" 2>nul
if exist "%PREFIX%result-%NUMBER%" set "OUT=%PREFIX%result-%NUMBER%"
exit /b 0

rem ---- what can be missing

:usage
echo Usage: capture.cmd [wait, boot, bootlog, or seconds from 1 to 99999] [FOLDER]
exit /b 1

:not_whole
echo The kit is not whole: %LACKING% is not beside capture.cmd.
goto failed

:not_admin
echo Only an administrator can record. Open a Command Prompt with "Run as administrator",
echo and start capture.cmd in it.
goto failed

:no_procmon
echo None of these is beside capture.cmd or on the PATH: %NAMES%
echo Process Monitor is a download of Microsoft Sysinternals. Put it beside capture.cmd.
goto failed

:running
echo %RUNNING% is already running. Close it first: only one can record, and ending ours would
echo end it, too.
goto failed

:unsaved
echo The boot log of an earlier start has not been saved. Run: capture.cmd bootlog
goto failed

:no_folder
echo No folder for the results could be made below "%PREFIX%".
echo Name one that can be written: capture.cmd %MODE% D:\cases
goto failed

:not_started
echo Procmon has not begun to record within a minute. If it asks something, answer it, close
echo it, and start capture.cmd again. If it does not start, start it by hand once.

:failed
if not defined SECONDS pause
exit /b 1
